package io.llmcluster.core.testkit;

import com.mongodb.client.model.Filters;
import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import io.llmcluster.core.storage.Store;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.actor.ClassicActorSystemProvider;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.bson.Document;

/**
 * What is really in a store that is open in this process, past Pekko's plugins: a row or a document
 * that they do not show any more is there all the same.
 *
 * @param system to read with
 */
public record StoreContents(ClassicActorSystemProvider system, Store store) {

  /** Of its events; on MongoDB each stands for all that were written together. */
  public List<Long> events(String persistenceId) {
    return store instanceof Store.Mongo mongo
        ? documents(mongo, "pekko_persistence_journal", "to", persistenceId)
        : rows("event_journal", persistenceId);
  }

  /** The events after which a snapshot of it was taken. */
  public List<Long> snapshots(String persistenceId) {
    return store instanceof Store.Mongo mongo
        ? documents(mongo, "pekko_persistence_snaps", "sn", persistenceId)
        : rows("snapshot", persistenceId);
  }

  private List<Long> documents(
      Store.Mongo mongo, String collection, String number, String persistenceId) {
    try (MongoClient client = MongoClients.create(mongo.uri())) {
      return Source.fromPublisher(
              client
                  .getDatabase(mongo.database())
                  .getCollection(collection)
                  .find(Filters.eq("pid", persistenceId))
                  .sort(new Document(number, 1)))
          .map(one -> one.get(number, Number.class).longValue())
          .runWith(Sink.seq(), system)
          .toCompletableFuture()
          .join();
    }
  }

  private List<Long> rows(String table, String persistenceId) {
    String sql =
        "SELECT \"sequence_number\" FROM PUBLIC.\""
            + table
            + "\" WHERE \"persistence_id\" = ? ORDER BY \"sequence_number\"";
    try (Connection connection = DriverManager.getConnection(address(), "sa", "");
        PreparedStatement query = connection.prepareStatement(sql)) {
      query.setString(1, persistenceId);
      List<Long> found = new ArrayList<>();
      try (ResultSet rows = query.executeQuery()) {
        while (rows.next()) {
          found.add(rows.getLong(1));
        }
      }
      return found;
    } catch (SQLException failure) {
      throw new AssertionError(failure);
    }
  }

  private String address() {
    if (store instanceof Store.OwnFile own) {
      return "jdbc:h2:file:" + own.folder().resolve("journal");
    }
    throw new AssertionError("not a file of this process: " + store);
  }
}
