package io.llmcluster.core.storage;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StoreConfigTest {

  private static final Config ROOT = ConfigFactory.load();

  @Test
  void an_answer_of_the_embedded_store_means_that_the_event_is_on_the_disk() {
    Config config = StoreConfig.over(ROOT, Optional.of(new Store.OwnFile(Path.of("/d/store"))));
    assertThat(config.getString("pekko.persistence.journal.plugin")).isEqualTo("jdbc-journal");
    assertThat(config.getString("pekko-persistence-jdbc.shared-databases.slick.db.properties.url"))
        .startsWith("jdbc:h2:file:/d/store/journal;")
        .contains(";WRITE_DELAY=0;");
  }

  /** Whoever comes first opens a database that H2 has closed, and says how. */
  @Test
  void who_is_served_opens_the_database_as_who_serves_it(@TempDir Path folder) throws IOException {
    Files.writeString(H2.keyFile(folder), "key");
    String served = H2.url(new Store.Served(folder, "127.0.0.1", 1));
    assertThat(H2.servedFileUrl(folder)).endsWith(settings(served) + ";DB_CLOSE_DELAY=0");
    assertThat(settings(served)).contains(";DB_CLOSE_ON_EXIT=FALSE", ";TRACE_LEVEL_FILE=0");
  }

  private static String settings(String url) {
    return url.substring(url.indexOf(';'));
  }

  @Test
  void mongodb_gets_its_address_and_a_minutes_patience() {
    Config config = StoreConfig.over(ROOT, Optional.of(new Store.Mongo("mongodb://h:1", "mine")));
    Config mongo = config.getConfig("pekko.contrib.persistence.mongodb.mongo");
    assertThat(mongo.getString("mongouri"))
        .startsWith("mongodb://h:1/?")
        .contains("serverSelectionTimeoutMS=60000")
        .contains("heartbeatFrequencyMS=1000");
    assertThat(mongo.getString("database")).isEqualTo("mine");
    assertThat(mongo.getBoolean("realtime-enable-persistence")).isFalse();
    assertThat(config.getString("pekko.persistence.snapshot-store.plugin"))
        .isEqualTo("pekko-contrib-mongodb-persistence-snapshot");
  }

  @Test
  void a_member_without_the_store_still_knows_where_workflows_are() {
    Config config = StoreConfig.over(ROOT, Optional.empty());
    assertThat(config.getString("pekko.cluster.sharding.role")).isEqualTo("workflow");
    assertThat(config.getString("pekko.persistence.journal.plugin")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "mongodb://h, mongodb://h/?",
    "mongodb://h/, mongodb://h/?",
    "mongodb://h/db, mongodb://h/db?",
    "mongodb://h/db?w=1, mongodb://h/db?w=1&",
    "mongodb://h/?, mongodb://h/?"
  })
  void options_are_added_where_the_uri_has_room_for_them(String uri, String start) {
    assertThat(StoreConfig.patient(uri)).startsWith(start).hasSizeGreaterThan(start.length() + 40);
  }

  @Test
  void patience_that_the_uri_tells_is_kept() {
    assertThat(StoreConfig.patient("mongodb://h/?serverselectiontimeoutms=5"))
        .isEqualTo("mongodb://h/?serverselectiontimeoutms=5&heartbeatFrequencyMS=1000");
  }
}
