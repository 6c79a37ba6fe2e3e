package io.llmcluster.node.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init") // JUnit fills the folder in
class Sha256Test {

  private static final String OF_ABC =
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

  @TempDir Path dir;
  private Path file;

  @BeforeEach
  void write() throws Exception {
    file = Files.writeString(dir.resolve("m.gguf"), "abc");
  }

  @Test
  void a_sum_is_remembered_until_the_file_changes() throws Exception {
    Path folder = dir.resolve("cache");
    assertThat(Sha256.remembered(file, folder)).isEqualTo(OF_ABC);
    Path memory;
    try (Stream<Path> files = Files.list(folder)) {
      memory = files.findFirst().orElseThrow();
    }
    Files.writeString(memory, Files.readString(memory).replace("ba78", "0000"));
    assertThat(Sha256.remembered(file, folder)).startsWith("0000");
    Files.writeString(file, "abcd");
    assertThat(Sha256.remembered(file, folder)).isEqualTo(Sha256.of(file));
  }

  @Test
  void a_folder_that_cannot_be_written_is_done_without() throws Exception {
    Path noFolder = Files.writeString(dir.resolve("cache"), "a file");
    assertThat(Sha256.remembered(file, noFolder)).isEqualTo(OF_ABC);
  }

  @Test
  void a_file_that_cannot_be_read_is_named() {
    assertThatThrownBy(() -> Sha256.remembered(dir.resolve("absent.gguf"), dir))
        .isInstanceOf(ModelFileException.class)
        .hasMessageContaining("absent.gguf: cannot be read");
  }
}
