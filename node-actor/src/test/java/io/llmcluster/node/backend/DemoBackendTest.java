package io.llmcluster.node.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.llmcluster.core.protocol.Operation;
import io.llmcluster.core.stream.ByteBudget;
import io.llmcluster.node.translate.Json;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class DemoBackendTest {

  private static final ActorTestKit KIT = ActorTestKit.create();
  private static final ByteBudget BUDGET = new ByteBudget(2_000_000);
  private final DemoBackend demo = new DemoBackend(Duration.ZERO, BUDGET);

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  private BackendAnswer ask(Operation operation, String body) throws Exception {
    JsonNode json = Json.parse(body);
    boolean isNative = operation == Operation.GENERATE || operation == Operation.CHAT;
    BackendRequest request =
        new BackendRequest(
            "r",
            operation,
            json.path("model").asText(),
            json.path("stream").asBoolean(isNative),
            ByteString.fromString(body),
            new CompletableFuture<>());
    return demo.infer(request).toCompletableFuture().get(5, TimeUnit.SECONDS);
  }

  private JsonNode whole(Operation operation, String body) throws Exception {
    return Json.parse(((BackendAnswer.Whole) ask(operation, body)).body());
  }

  private List<String> elements(Operation operation, String body) throws Exception {
    return ((BackendAnswer.Streamed) ask(operation, body))
        .body()
        .map(ByteString::utf8String)
        .runWith(Sink.seq(), KIT.system())
        .toCompletableFuture()
        .get(5, TimeUnit.SECONDS);
  }

  @Test
  void the_same_question_has_the_same_answer_which_says_that_it_is_a_demo() throws Exception {
    String body = "{\"model\":\"demo\",\"prompt\":\"why is the sky blue\",\"stream\":false}";
    String answer = whole(Operation.GENERATE, body).path("response").asText();
    assertThat(answer).contains("demo").contains("why is the sky blue");
    assertThat(whole(Operation.GENERATE, body).path("response").asText()).isEqualTo(answer);
  }

  /** A line is built by Go's encoder; so are the chunks of {@code /v1}. */
  @Test
  void what_html_would_take_for_its_own_is_written_as_go_writes_it() throws Exception {
    String request = "{\"model\":\"demo\",\"stream\":%s,\"messages\":[{\"content\":\"<a&b>\"}]}";
    for (Operation operation : List.of(Operation.CHAT, Operation.V1_CHAT)) {
      BackendAnswer whole = ask(operation, request.formatted(false));
      assertThat(((BackendAnswer.Whole) whole).body().utf8String())
          .contains("\\u003ca\\u0026b\\u003e")
          .doesNotContain("<", ">", "&");
      assertThat(String.join("", elements(operation, request.formatted(true))))
          .contains("\\u003ca\\u0026b\\u003e")
          .doesNotContain("<", ">", "&");
    }
  }

  @Test
  void a_stream_gives_the_same_text_word_by_word() throws Exception {
    String whole =
        whole(Operation.GENERATE, "{\"model\":\"demo\",\"prompt\":\"hi\",\"stream\":false}")
            .path("response")
            .asText();
    List<String> lines = elements(Operation.GENERATE, "{\"model\":\"demo\",\"prompt\":\"hi\"}");
    StringBuilder text = new StringBuilder();
    lines.forEach(line -> text.append(Json.parse(line).path("response").asText()));
    assertThat(text).hasToString(whole);
    assertThat(lines).hasSizeGreaterThan(20).allMatch(line -> line.endsWith("\n"));
    assertThat(Json.parse(lines.get(lines.size() - 1)).path("done").asBoolean()).isTrue();
  }

  @Test
  void num_predict_and_stop_are_honoured() throws Exception {
    JsonNode cut =
        whole(
            Operation.CHAT,
            "{\"model\":\"demo\",\"stream\":false,\"options\":{\"num_predict\":3},"
                + "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}");
    assertThat(cut.path("message").path("content").asText()).isEqualTo("This is the");
    assertThat(cut.path("done_reason").asText()).isEqualTo("length");
    assertThat(cut.path("eval_count").asInt()).isEqualTo(3);
    JsonNode stopped =
        whole(
            Operation.GENERATE,
            "{\"model\":\"demo\",\"stream\":false,\"prompt\":\"hi\","
                + "\"options\":{\"stop\":[\"uilt-in\"]}}");
    assertThat(stopped.path("response").asText()).isEqualTo("This is the b");
    assertThat(stopped.path("done_reason").asText()).isEqualTo("stop");
  }

  @Test
  void an_empty_prompt_loads() throws Exception {
    assertThat(whole(Operation.GENERATE, "{\"model\":\"demo\"}").path("done_reason").asText())
        .isEqualTo("load");
    assertThat(
            whole(Operation.CHAT, "{\"model\":\"demo\",\"keep_alive\":0}")
                .path("done_reason")
                .asText())
        .isEqualTo("unload");
  }

  @Test
  void keys_match_in_any_case_and_a_raw_answer_has_no_context() throws Exception {
    JsonNode answer =
        whole(
            Operation.GENERATE,
            "{\"model\":\"demo\",\"PROMPT\":\"hi\",\"stream\":false,\"Raw\":true}");
    assertThat(answer.path("done_reason").asText()).isEqualTo("stop");
    assertThat(answer.has("context")).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "think, true, \"demo\" does not support thinking",
    "suffix, \"x\", registry.ollama.ai/library/demo:latest does not support insert"
  })
  void what_it_cannot_do_it_says_as_ollama_does(String field, String value, String message)
      throws Exception {
    String body = "{\"model\":\"demo\",\"prompt\":\"hi\",\"" + field + "\":" + value + "}";
    assertThat(whole(Operation.GENERATE, body).path("error").asText()).isEqualTo(message);
  }

  @Test
  void other_models_are_not_found() throws Exception {
    assertThat(whole(Operation.CHAT, "{\"model\":\"llama\"}").path("error").asText())
        .isEqualTo("model 'llama' not found");
    assertThat(
            whole(Operation.V1_CHAT, "{\"model\":\"llama\"}")
                .path("error")
                .path("message")
                .asText())
        .isEqualTo("model 'llama' not found");
  }

  @Test
  void it_speaks_v1_too() throws Exception {
    String messages = "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]";
    JsonNode answer =
        whole(Operation.V1_CHAT, "{\"model\":\"demo\",\"max_tokens\":2," + messages + "}");
    assertThat(answer.path("choices").path(0).path("message").path("content").asText())
        .isEqualTo("This is");
    assertThat(answer.path("choices").path(0).path("finish_reason").asText()).isEqualTo("length");
    List<String> events =
        elements(Operation.V1_CHAT, "{\"model\":\"demo\",\"stream\":true," + messages + "}");
    assertThat(events).allMatch(event -> event.startsWith("data: ") && event.endsWith("\n\n"));
    assertThat(events.get(events.size() - 1)).endsWith("data: [DONE]\n\n");
    assertThat(
            whole(Operation.V1_COMPLETIONS, "{\"model\":\"demo\",\"prompt\":\"x\"}")
                .path("object")
                .asText())
        .isEqualTo("text_completion");
    assertThat(
            whole(Operation.V1_EMBEDDINGS, "{\"model\":\"demo\",\"input\":[\"a\",\"b\"]}")
                .path("data")
                .size())
        .isEqualTo(2);
    assertThat(whole(Operation.V1_RESPONSES, "{\"model\":\"demo\"}").has("error")).isTrue();
  }

  @Test
  void vectors_have_length_one_and_texts_that_share_words_are_near() {
    double[] a = DemoText.embedding("the cat sat on the mat", 64);
    double[] b = DemoText.embedding("the cat sat on a mat", 64);
    double[] c = DemoText.embedding("quarterly revenue grew", 64);
    assertThat(dot(a, a)).isCloseTo(1, org.assertj.core.data.Offset.offset(1e-9));
    assertThat(dot(a, b)).isGreaterThan(dot(a, c) + 0.3);
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  @Test
  void its_model_is_known_as_a_demo_everywhere() throws Exception {
    BackendStatus status = demo.probe().toCompletableFuture().get(5, TimeUnit.SECONDS);
    assertThat(status.installed())
        .singleElement()
        .matches(model -> model.details().family().equals("demo"))
        .matches(model -> model.digest().length() == 64);
    BackendAnswer.Whole shown =
        demo.show("demo", ByteString.emptyByteString())
            .toCompletableFuture()
            .get(5, TimeUnit.SECONDS);
    assertThat(shown.body().utf8String()).contains("built-in demo");
  }

  @ParameterizedTest
  @EnumSource(
      value = Operation.class,
      names = {
        "GENERATE",
        "CHAT",
        "EMBED",
        "EMBEDDINGS",
        "V1_CHAT",
        "V1_COMPLETIONS",
        "V1_EMBEDDINGS"
      })
  void a_request_that_takes_too_much_to_read_is_told_the_bound(Operation operation) {
    String many =
        "{\"model\":\"demo\",\"messages\":[" + "{},".repeat(10_000) + "{}],\"prompt\":\"x\"}";
    assertThatThrownBy(() -> ask(operation, many))
        .hasCauseInstanceOf(BackendException.TooLarge.class)
        .hasMessageContaining("2000000 bytes (node.translationMemory)");
    assertThat(BUDGET.held()).isZero();
  }

  @Test
  void a_request_that_takes_most_of_the_room_is_answered_in_both_apis() throws Exception {
    String most =
        "{\"model\":\"demo\",\"messages\":["
            + "{\"role\":\"user\",\"content\":\"hi\"},".repeat(1_800)
            + "{\"role\":\"user\",\"content\":\"hi\"}],\"stream\":false}";
    assertThat(whole(Operation.CHAT, most).path("done").asBoolean()).isTrue();
    assertThat(whole(Operation.V1_CHAT, most).path("choices")).isNotEmpty();
  }
}
