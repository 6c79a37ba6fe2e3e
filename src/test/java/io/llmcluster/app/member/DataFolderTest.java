package io.llmcluster.app.member;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.llmcluster.core.storage.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init") // JUnit fills the folder in
class DataFolderTest {

  private static final Optional<Store> MONGO =
      Optional.of(new Store.Mongo("mongodb://127.0.0.1", "any"));

  @TempDir Path home;
  private Path folder;
  private Optional<Store> own;

  @BeforeEach
  void inHome() {
    folder = home.resolve("data");
    own = Optional.of(new Store.OwnFile(folder.resolve("store")));
  }

  @Test
  void a_folder_is_made_and_nothing_is_left_in_it() {
    DataFolder.prepare(true, folder, own);
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void one_that_cannot_be_written_ends_the_start_though_nobody_asked_for_it() throws IOException {
    Files.writeString(folder, "a file of that name");
    for (boolean asked : new boolean[] {true, false}) {
      assertThatThrownBy(() -> DataFolder.prepare(asked, folder, own))
          .isInstanceOf(StartupException.class)
          .hasMessage(
              "data-dir: "
                  + folder
                  + " cannot be written (expected: a folder that this user may write, with 1 MiB"
                  + " free; --data-dir names another)");
    }
    assertThatThrownBy(() -> DataFolder.prepare(true, folder, MONGO))
        .isInstanceOf(StartupException.class);
  }

  @Test
  void the_usual_folder_is_left_alone_by_a_member_that_keeps_nothing_there() {
    DataFolder.prepare(false, folder, MONGO);
    DataFolder.prepare(false, folder, Optional.empty());
    assertThat(folder).doesNotExist();
  }
}
