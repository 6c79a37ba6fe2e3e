package io.llmcluster.node.embedded.child;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Instant;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@SuppressWarnings("NullAway.Init") // set before each test
class GenerationTest {

  private static final int CONTEXT = 100;

  private HttpServer server;

  /** A model whose tokens are characters, and which answers with what it was given. */
  private static final class Echo implements Generator {

    @Override
    public int context() {
      return CONTEXT;
    }

    @Override
    public int count(String text) {
      return text.length();
    }

    @Override
    public String text(List<Integer> tokens) {
      return tokens.stream().map(Character::toString).collect(Collectors.joining());
    }

    @Override
    public String template(List<Message> messages) {
      return messages.stream().map(Message::content).collect(Collectors.joining());
    }

    @Override
    public String grammar(String schema) {
      return schema;
    }

    @Override
    public Result generate(
        String prompt, Options options, BooleanSupplier cancelled, Consumer<String> out) {
      out.accept("<" + prompt + ">");
      return new Result(1, 1, 1, 1, "stop", (prompt + "!").chars().boxed().toList());
    }
  }

  @BeforeEach
  void start() throws IOException {
    GgufFacts facts = new GgufFacts("llama", "", 0, 0, 0, 200);
    ModelCard card = new ModelCard("m:latest", 1, "d", Instant.EPOCH, CONTEXT, facts);
    server = new HttpServer(0, new OllamaApi(card, new Echo(), 1));
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  private HttpResponse<String> post(String path, String fields) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + server.port() + path);
    String body = "{\"model\":\"m\",\"stream\":false," + fields + "}";
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(uri).POST(BodyPublishers.ofString(body)).build(),
            BodyHandlers.ofString());
  }

  private JsonNode answer(String path, String fields) throws Exception {
    HttpResponse<String> answer = post(path, fields);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return new ObjectMapper().readTree(answer.body());
  }

  @Test
  void a_context_is_continued() throws Exception {
    JsonNode context = answer("/api/generate", "\"prompt\":\"a\"").path("context");
    assertThat(context).hasToString("[97,33]");
    JsonNode next = answer("/api/generate", "\"prompt\":\"b\",\"context\":" + context);
    assertThat(next.path("response").asText()).isEqualTo("<a!b>");
    assertThat(next.path("context")).hasToString("[97,33,98,33]");
  }

  @Test
  void lines_are_written_as_go_writes_them() throws Exception {
    assertThat(post("/api/generate", "\"prompt\":\"a&b\"").body())
        .contains("\"response\":\"\\u003ca\\u0026b\\u003e\"");
    assertThat(post("/api/generate", "\"prompt\":\"a&b\",\"Stream\":true").body())
        .contains("\"response\":\"\\u003ca\\u0026b\\u003e\"");
  }

  /** The library ends the process at a token that is none. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"200", "-1", "99999999999", "1.5", "'\"a\"'", "null"})
  void a_context_of_another_model_is_refused(String token) throws Exception {
    HttpResponse<String> answer =
        post("/api/generate", "\"prompt\":\"b\",\"context\":[1," + token + "]");
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains("context: holds what is no token of this model");
  }

  @ParameterizedTest
  @CsvSource({
    "/api/generate, truncate",
    "/api/generate, shift",
    "/api/chat, truncate",
    "/api/chat, shift"
  })
  void a_prompt_that_must_not_be_cut_fits_or_is_refused(String path, String field)
      throws Exception {
    String prompt =
        path.endsWith("chat")
            ? "\"messages\":[{\"content\":\"%1$s\"},{\"content\":\"%1$s\"}],\"%2$s\":false"
            : "\"prompt\":\"%1$s%1$s\",\"%2$s\":false";
    JsonNode whole = answer(path, prompt.formatted("x".repeat(49), field));
    assertThat(whole.path("message").path("content").asText(whole.path("response").asText()))
        .isEqualTo("<" + "x".repeat(98) + ">");
    HttpResponse<String> tooLong = post(path, prompt.formatted("x".repeat(50), field));
    assertThat(tooLong.statusCode()).isEqualTo(400);
    assertThat(tooLong.body())
        .contains("the prompt is longer than the context length currently available to the model;");
  }

  @Test
  void what_the_model_cannot_is_refused_by_name() throws Exception {
    assertThat(post("/api/generate", "\"prompt\":\"a\",\"template\":\"{{ .Prompt }}\"").body())
        .isEqualTo("{\"error\":\"this model's template cannot be replaced\"}");
    assertThat(post("/api/chat", "\"messages\":[{\"content\":\"a\"}],\"logprobs\":true").body())
        .isEqualTo("{\"error\":\"registry.ollama.ai/library/m:latest does not support logprobs\"}");
    assertThat(post("/api/generate", "\"prompt\":\"a\",\"raw\":true,\"context\":[1]").body())
        .contains("raw mode does not support");
  }
}
