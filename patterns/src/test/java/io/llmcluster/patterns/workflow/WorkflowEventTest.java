package io.llmcluster.patterns.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.cbor.databind.CBORMapper;
import com.typesafe.config.ConfigFactory;
import io.llmcluster.core.serialization.StoredMessage;
import io.llmcluster.patterns.conversation.ConversationEvent;
import io.llmcluster.patterns.conversation.ConversationState;
import io.llmcluster.patterns.testkit.Samples;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.serialization.Serialization;
import org.apache.pekko.serialization.SerializationExtension;
import org.apache.pekko.serialization.SerializerWithStringManifest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What is stored: each event and state goes through the bytes and back, and the bytes of earlier
 * versions (below {@code src/test/resources/events}: {@code NAME.cbor}, then {@code NAME-2.cbor}
 * with the fields that came later) still load with all that is in them. A file is never changed;
 * {@code mvn test -Dtest=WorkflowEventTest -Dfixtures.write=true} writes those that are missing.
 */
class WorkflowEventTest {

  private static final Path FOLDER = Path.of("src", "test", "resources", "events");
  private static final List<Class<? extends StoredMessage>> ROOTS =
      List.of(
          WorkflowEvent.class,
          WorkflowState.class,
          ConversationEvent.class,
          ConversationState.class);

  private static final CBORMapper CBOR = new CBORMapper();
  private static final Samples SAMPLES = new Samples(type -> null);

  private static final ActorTestKit KIT =
      ActorTestKit.create(
          "serialization",
          ConfigFactory.parseString("pekko.actor.provider = local")
              .withFallback(ConfigFactory.load()));

  @AfterAll
  static void close() {
    KIT.shutdownTestKit();
  }

  static Stream<Arguments> stored() {
    return ROOTS.stream()
        .flatMap(
            root ->
                Stream.of(root.getAnnotation(JsonSubTypes.class).value())
                    .map(
                        sub -> Arguments.of(root.getSimpleName() + "." + sub.name(), sub.value())));
  }

  @Test
  void every_event_and_state_has_a_stored_name() {
    assertThat(stored().map(row -> row.get()[1]))
        .containsExactlyInAnyOrderElementsOf(
            ROOTS.stream()
                .flatMap(root -> Samples.leaves(root).stream())
                .map(Object.class::cast)
                .toList());
  }

  @ParameterizedTest
  @MethodSource("stored")
  void what_is_stored_is_what_is_read(String name, Class<?> type) throws IOException {
    Object sample = SAMPLES.of(type);
    assertThat(load(bytes(sample), manifest(sample))).isEqualTo(sample);
  }

  @Test
  void nothing_is_read_as_nothing() throws IOException {
    var cancelled = new WorkflowEvent.WorkflowCancelled(null, 1);
    assertThat(load(bytes(cancelled), manifest(cancelled))).isEqualTo(cancelled);
  }

  @ParameterizedTest
  @MethodSource("stored")
  void the_payload_of_an_earlier_version_loads_and_loses_nothing(String name, Class<?> type)
      throws IOException {
    Object sample = SAMPLES.of(type);
    List<Path> files = fixtures(name);
    JsonNode now = CBOR.readTree(bytes(sample));
    if (files.isEmpty() || !newest(files).equals(now)) {
      assertThat(Boolean.getBoolean("fixtures.write")).as("all of %s is in a file", name).isTrue();
      Files.write(file(name, files.size() + 1), bytes(sample));
      files = fixtures(name);
    }
    for (Path file : files) {
      byte[] old = Files.readAllBytes(file);
      Object loaded = load(old, manifest(sample));
      assertThat(loaded).isInstanceOf(type);
      assertContains(name, CBOR.readTree(bytes(loaded)), CBOR.readTree(old));
    }
  }

  private static Path file(String name, int number) {
    return FOLDER.resolve(name + (number == 1 ? "" : "-" + number) + ".cbor");
  }

  /** In the order in which they were written. */
  private static List<Path> fixtures(String name) {
    return Stream.iterate(1, number -> number + 1)
        .map(number -> file(name, number))
        .takeWhile(Files::exists)
        .toList();
  }

  private static JsonNode newest(List<Path> files) throws IOException {
    return CBOR.readTree(Files.readAllBytes(files.get(files.size() - 1)));
  }

  /** A component that was renamed would load as nothing, and be missing in what is written. */
  private static void assertContains(String place, JsonNode now, JsonNode old) {
    if (!old.isObject()) {
      assertThat(now).as(place).isEqualTo(old);
      return;
    }
    old.properties()
        .forEach(
            entry -> {
              String inside = place + "." + entry.getKey();
              assertThat(now.has(entry.getKey())).as(inside).isTrue();
              assertContains(inside, now.get(entry.getKey()), entry.getValue());
            });
  }

  private static Serialization serialization() {
    return SerializationExtension.get(KIT.system());
  }

  private static String manifest(Object message) {
    return ((SerializerWithStringManifest) serialization().findSerializerFor(message))
        .manifest(message);
  }

  private static byte[] bytes(Object message) {
    return serialization().serialize(message).get();
  }

  private static Object load(byte[] bytes, String manifest) throws IOException {
    int id = serialization().serializerFor(StoredMessage.class).identifier();
    return serialization().deserialize(bytes, id, manifest).get();
  }
}
