package io.llmcluster.node.embedded.child;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init") // JUnit fills the folder in
class GgufHeaderTest {

  @TempDir Path dir;

  /** A head with an array of texts between what is wanted, and one tensor of 2,000 by 1,000. */
  private static byte[] head() {
    ByteBuffer head = ByteBuffer.allocate(1024).order(ByteOrder.LITTLE_ENDIAN);
    head.put("GGUF".getBytes(StandardCharsets.US_ASCII)).putInt(3).putLong(1).putLong(4);
    text(head, "general.architecture").putInt(8);
    text(head, "qwen2");
    text(head, "tokenizer.ggml.tokens").putInt(9).putInt(8).putLong(2);
    text(text(head, "a"), "bcd");
    text(head, "general.file_type").putInt(4).putInt(15);
    text(head, "qwen2.context_length").putInt(4).putInt(32768);
    text(head, "token_embd.weight").putInt(2).putLong(2000).putLong(1000).putInt(2).putLong(0);
    byte[] bytes = new byte[head.position()];
    head.flip().get(bytes);
    return bytes;
  }

  private static ByteBuffer text(ByteBuffer to, String text) {
    return to.putLong(text.length()).put(text.getBytes(StandardCharsets.UTF_8));
  }

  private GgufFacts read(byte[] bytes) throws IOException {
    return GgufHeader.read(Files.write(dir.resolve("m.gguf"), bytes));
  }

  @Test
  void a_head_tells_architecture_quantization_and_sizes() throws Exception {
    assertThat(read(head())).isEqualTo(new GgufFacts("qwen2", "Q4_K_M", 2_000_000, 32768, 0, 2));
  }

  @Test
  void a_cut_file_is_unknown_wherever_it_is_cut() throws Exception {
    byte[] whole = head();
    for (int length = 0; length < whole.length; length++) {
      assertThat(read(java.util.Arrays.copyOf(whole, length))).isEqualTo(GgufFacts.UNKNOWN);
    }
  }

  @Test
  void a_hostile_file_is_read_or_unknown_and_never_crashes() throws Exception {
    Random random = new Random(7);
    for (int round = 0; round < 2_000; round++) {
      byte[] damaged = head();
      for (int change = 0; change < 4; change++) {
        damaged[4 + random.nextInt(damaged.length - 4)] = (byte) random.nextInt(256);
      }
      assertThat(read(damaged).parameters()).isNotNegative();
    }
  }

  @Test
  void sizes_are_written_as_ollama_writes_them() {
    assertThat(new GgufFacts("", "", 134_515_008, 0, 0, 0).parameterSize()).isEqualTo("134.52M");
    assertThat(new GgufFacts("", "", 8_030_261_312L, 0, 0, 0).parameterSize()).isEqualTo("8.0B");
    assertThat(new GgufFacts("", "", 7_000_000_000L, 0, 0, 0).parameterSize()).isEqualTo("7B");
    assertThat(GgufFacts.UNKNOWN.parameterSize()).isEmpty();
  }

  @Test
  @EnabledIfEnvironmentVariable(named = "LLM_CLUSTER_TEST_MODEL", matches = ".+")
  void a_real_file_is_what_ollama_takes_it_for() {
    Path file = Path.of(System.getenv().getOrDefault("LLM_CLUSTER_TEST_MODEL", ""));
    GgufFacts facts = GgufHeader.read(file);
    assertThat(facts)
        .isEqualTo(new GgufFacts("llama", "Q4_1", facts.parameters(), 8192, 576, 49152));
    assertThat(facts.parameterSize()).isEqualTo("134.52M");
  }
}
