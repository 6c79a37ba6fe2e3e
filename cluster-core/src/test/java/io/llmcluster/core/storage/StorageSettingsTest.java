package io.llmcluster.core.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StorageSettingsTest {

  private static StorageSettings with(String lines) {
    Config own = ConfigFactory.parseString(lines);
    return StorageSettings.create(own.withFallback(ConfigFactory.load()));
  }

  @Test
  void without_a_word_the_store_is_a_file_of_our_own_under_the_home_folder() {
    Path home = Path.of(System.getProperty("user.home"), ".llm-cluster");
    assertThat(with(""))
        .isEqualTo(new StorageSettings(home, new Store.OwnFile(home.resolve("store"))));
    assertThat(with("").isShared()).isFalse();
  }

  @Test
  void a_uri_means_mongodb_whatever_else_is_set() {
    StorageSettings settings = with("mongodb.uri = \"mongodb://h\"\nstorage.server = \"h:1\"");
    assertThat(settings.store()).isEqualTo(new Store.Mongo("mongodb://h", "llm-cluster"));
    assertThat(settings.isShared()).isTrue();
  }

  @Test
  void the_database_of_the_uri_wins() {
    assertThat(with("mongodb.uri = \"mongodb://h/mine\"").store())
        .isEqualTo(new Store.Mongo("mongodb://h/mine", "mine"));
  }

  @Test
  void another_process_serves_the_store_of_the_same_folder() {
    assertThat(with("data-dir = /d\nstorage.server = \"127.0.0.1:9\"").store())
        .isEqualTo(new Store.Served(Path.of("/d/store").toAbsolutePath(), "127.0.0.1", 9));
  }

  @Test
  void a_password_in_a_uri_is_never_shown() {
    assertThat(with("mongodb.uri = \"mongodb://me:secret@h\"").toString()).doesNotContain("secret");
    assertThatThrownBy(() -> with("mongodb.uri = \"mongodb://me:sec/ret@h\""))
        .hasMessage("mongodb.uri: (not shown) (expected: mongodb://HOST:PORT/DATABASE)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "mongodb.uri = localhost | mongodb.uri: (not shown) (expected: mongodb://HOST:PORT/DATABASE)",
        "mongodb {uri = \"mongodb://h\", database = a.b} | mongodb.database: a.b (expected: 1 to 63"
            + " characters, without dots, slashes, spaces, quotes)",
        "storage.server = nowhere | storage.server: nowhere (expected: HOST:PORT)",
        "storage.server = \"h:0\" | storage.server: h:0 (expected: HOST:PORT)",
        "data-dir = \"a;b\" | data-dir: a;b (expected: a folder without ; in its name)",
        "data-dir = [1] | data-dir: [1] (expected: a text)"
      })
  void a_wrong_setting_is_told_with_its_key_and_what_was_expected(String line, String message) {
    assertThatThrownBy(() -> with(line)).hasMessage(message.replace("  ", " "));
  }
}
