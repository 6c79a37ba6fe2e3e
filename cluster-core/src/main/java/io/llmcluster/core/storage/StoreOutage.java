package io.llmcluster.core.storage;

import com.mongodb.MongoException;
import java.sql.SQLException;
import java.util.concurrent.RejectedExecutionException;

/** Tells a store that is away from a defect of the program. */
public final class StoreOutage {

  /** Causes of causes that are looked at; a chain may be a ring. */
  private static final int DEPTH = 10;

  private StoreOutage() {}

  /**
   * Whether a failure came from a driver of a store: MongoDB's, the embedded store's, or its pool
   * that takes nothing more.
   */
  public static boolean is(Throwable failure) {
    Throwable cause = failure;
    for (int i = 0; i < DEPTH && cause != null; i++) {
      if (cause instanceof MongoException
          || cause instanceof SQLException
          || cause instanceof EraseFailedException
          || cause instanceof RejectedExecutionException) {
        return true;
      }
      cause = cause.getCause();
    }
    return false;
  }
}
