package io.llmcluster.app.member;

import com.typesafe.config.Config;
import io.llmcluster.core.cluster.ClusterSettings;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.http.javadsl.ServerBinding;

/** Starting what listens on a port, with a clear word if that port is taken. */
final class ActorSystems {

  private static final long BIND_SECONDS = 10;

  private ActorSystems() {}

  static ActorSystem<Void> start(ClusterSettings settings, Config config) {
    try {
      return ActorSystem.create(
          Behaviors.empty(), ClusterSettings.SYSTEM_NAME, settings.toPekko(config));
    } catch (RuntimeException failure) {
      throw isBind(failure) ? taken("cluster.port", settings.bindHost(), settings.port()) : failure;
    }
  }

  /**
   * Waits for a port to be bound.
   *
   * @param key the setting that holds the port
   */
  static ServerBinding await(
      CompletionStage<ServerBinding> binding, String key, String host, int port) {
    try {
      return binding.toCompletableFuture().get(BIND_SECONDS, TimeUnit.SECONDS);
    } catch (java.util.concurrent.ExecutionException | CompletionException failure) {
      throw taken(key, host, port);
    } catch (TimeoutException late) {
      throw new StartupException(key + ": " + host + ":" + port + " could not be bound in time");
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new StartupException("interrupted while starting");
    }
  }

  private static StartupException taken(String key, String host, int port) {
    return new StartupException(
        key
            + ": "
            + host
            + ":"
            + port
            + " cannot be bound (expected: a free port of this machine)");
  }

  private static boolean isBind(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (String.valueOf(cause.getMessage()).contains("bind")) {
        return true;
      }
    }
    return false;
  }
}
