package io.llmcluster.core.storage;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.util.Map;
import java.util.Optional;

/** The stores in Pekko's words: a pure function from a {@link Store} to configuration. */
public final class StoreConfig {

  private static final String FOLDER = "io/llmcluster/core/storage/";

  /** What an outage may last before a caller is refused. */
  private static final Map<String, String> MONGO_PATIENCE =
      Map.of("serverSelectionTimeoutMS", "60000", "heartbeatFrequencyMS", "1000");

  private StoreConfig() {}

  /**
   * The root with what the store says put over it.
   *
   * @param store empty: this member has none, and reaches sharded workflows on others
   */
  public static Config over(Config root, Optional<Store> store) {
    return store
        .map(StoreConfig::of)
        .orElse(ConfigFactory.empty())
        .withFallback(parse("sharding.conf"))
        .withFallback(root);
  }

  /** The id of the store's read journal plugin. */
  static String readJournal(Store store) {
    return store instanceof Store.Mongo
        ? "pekko-contrib-mongodb-persistence-readjournal"
        : "jdbc-read-journal";
  }

  private static Config of(Store store) {
    if (store instanceof Store.Mongo mongo) {
      return under(
          "pekko.contrib.persistence.mongodb.mongo",
          Map.of("mongouri", patient(mongo.uri()), "database", mongo.database()),
          "mongodb.conf");
    }
    Map<String, ?> way =
        store instanceof Store.OwnFile own
            ? Map.of(
                "dataSourceClass",
                OwnFileDataSource.class.getName(),
                "properties",
                Map.of("url", H2.fileUrl(own.folder())))
            : Map.of("url", H2.url(store), "user", H2.USER, "password", H2.PASSWORD);
    return under("pekko-persistence-jdbc.shared-databases.slick.db", way, "embedded.conf");
  }

  private static Config under(String path, Map<String, ?> values, String resource) {
    return ConfigFactory.parseMap(values).atPath(path).withFallback(parse(resource));
  }

  private static Config parse(String resource) {
    return ConfigFactory.parseResources(StoreConfig.class.getClassLoader(), FOLDER + resource);
  }

  /** The URI with our patience, where it does not say its own. */
  static String patient(String uri) {
    StringBuilder patient = new StringBuilder(uri);
    MONGO_PATIENCE.forEach(
        (option, value) -> {
          if (!uri.toLowerCase(java.util.Locale.ROOT)
              .contains(option.toLowerCase(java.util.Locale.ROOT) + "=")) {
            patient.append(separator(patient)).append(option).append('=').append(value);
          }
        });
    return patient.toString();
  }

  private static String separator(StringBuilder uri) {
    if (uri.indexOf("?") >= 0) {
      return uri.indexOf("?") == uri.length() - 1 ? "" : "&";
    }
    return uri.indexOf("/", uri.indexOf("://") + 3) >= 0 ? "?" : "/?";
  }
}
