package io.llmcluster.core.serialization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.cbor.databind.CBORMapper;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.io.NotSerializableException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.serialization.Serialization;
import org.apache.pekko.serialization.SerializationExtension;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class StoredMessageSerializerTest {

  private static final TestNote FULL =
      new TestNote.Written(
          "hello",
          "me",
          List.of("a", "b"),
          Map.of("x", 1),
          Optional.of("glad"),
          Instant.parse("2026-01-02T03:04:05.123456789Z"),
          0.5);
  private static final TestNote BARE =
      new TestNote.Written("", null, List.of(), Map.of(), Optional.empty(), Instant.EPOCH, 0);

  private static ActorTestKit kit;
  private static StoredMessageSerializer serializer;

  @BeforeAll
  static void start() {
    kit = ActorTestKit.create("stored", config("test-note = " + TestNote.class.getName()));
    Serialization serialization = SerializationExtension.get(Adapter.toClassic(kit.system()));
    serializer = (StoredMessageSerializer) serialization.findSerializerFor(FULL);
  }

  private static Config config(String types) {
    return ConfigFactory.parseString(
            "pekko.actor.provider = local\nllm-cluster.stored-types { " + types + " }")
        .withFallback(ConfigFactory.load());
  }

  @AfterAll
  static void stop() {
    kit.shutdownTestKit();
  }

  private static Object back(Object message) throws IOException {
    return serializer.fromBinary(serializer.toBinary(message), serializer.manifest(message));
  }

  private static JsonNode tree(Object message) throws IOException {
    return new CBORMapper().readTree(serializer.toBinary(message));
  }

  @Test
  void what_was_stored_is_read_again() throws IOException {
    assertThat(back(FULL)).isEqualTo(FULL);
    assertThat(back(new TestNote.Closed())).isEqualTo(new TestNote.Closed());
  }

  @Test
  void nulls_and_empty_collections_are_left_out_and_come_back() throws IOException {
    assertThat(tree(BARE).fieldNames())
        .toIterable()
        .containsExactlyInAnyOrder("t", "text", "at", "score");
    assertThat(back(BARE)).isEqualTo(BARE);
  }

  @Test
  void the_manifest_is_the_registered_name_and_the_bytes_name_no_class() throws IOException {
    assertThat(serializer.manifest(FULL)).isEqualTo("test-note");
    assertThat(tree(FULL).path("t").asText()).isEqualTo("written");
    assertThat(new String(serializer.toBinary(FULL), java.nio.charset.StandardCharsets.ISO_8859_1))
        .doesNotContain("llmcluster");
  }

  @Test
  void a_property_of_a_later_version_is_skipped_and_one_that_is_not_there_yet_is_empty()
      throws IOException {
    byte[] other =
        new CBORMapper()
            .writeValueAsBytes(Map.of("t", "written", "text", "hi", "fromTheFuture", List.of(1)));
    TestNote.Written read = (TestNote.Written) serializer.fromBinary(other, "test-note");
    assertThat(read.text()).isEqualTo("hi");
    assertThat(read.author()).isNull();
    assertThat(read.tags()).isEmpty();
    assertThat(read.counts()).isEmpty();
    assertThat(read.mood()).isEmpty();
  }

  @Test
  void what_cannot_be_read_is_told_with_its_name() {
    assertThatThrownBy(() -> serializer.fromBinary(new byte[] {1}, "gone"))
        .isInstanceOf(NotSerializableException.class)
        .hasMessage("stored as \"gone\", which no module registers (expected: test-note)");
    assertThatThrownBy(() -> serializer.fromBinary(new byte[] {1}, "test-note"))
        .isInstanceOf(NotSerializableException.class)
        .hasMessageStartingWith("unreadable \"test-note\": ");
  }

  @Test
  void a_type_that_is_not_registered_is_refused_when_it_is_written() {
    record Stray() implements StoredMessage {}
    assertThatThrownBy(() -> serializer.manifest(new Stray()))
        .hasMessageContaining("is under no type of llm-cluster.stored-types");
  }

  @Test
  void a_registered_class_that_cannot_be_stored_is_refused() {
    assertThatThrownBy(
            () ->
                StoredTypeSettings.create(
                    config("x = java.lang.String"), getClass().getClassLoader()))
        .hasMessage(
            "llm-cluster.stored-types.x: java.lang.String (expected: a class that is a"
                + " StoredMessage)");
  }
}
