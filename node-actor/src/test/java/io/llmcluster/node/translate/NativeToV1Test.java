package io.llmcluster.node.translate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NativeToV1Test {

  private static JsonNode read(String json) {
    return Json.request(ByteString.fromString(json), taken -> {});
  }

  private static JsonNode chat(String json) {
    return NativeRequests.chat(read(json), "m");
  }

  private static JsonNode generate(String json) {
    return NativeRequests.generate(read(json), "m");
  }

  @Test
  void options_become_fields() {
    assertThat(
            generate(
                """
                {"model":"x","prompt":"p","system":"s","stream":false,"keep_alive":"5m",
                 "options":{"temperature":0.5,"top_p":0.9,"num_predict":7,"seed":3,"num_ctx":99,
                            "stop":["a"],"presence_penalty":1,"frequency_penalty":2,"top_k":40}}
                """))
        .isEqualTo(
            Json.parse(
                """
                {"model":"m","stream":false,"temperature":0.5,"top_p":0.9,"frequency_penalty":2,
                 "presence_penalty":1,"top_k":40,"max_tokens":7,"seed":3,"stop":["a"],
                 "messages":[{"role":"system","content":"s"},{"role":"user","content":"p"}]}
                """));
  }

  @Test
  void streaming_is_the_default_and_asks_for_the_counts() {
    JsonNode request = generate("{\"prompt\":\"p\",\"options\":{\"num_predict\":-1,\"seed\":-1}}");
    assertThat(request.path("stream").asBoolean()).isTrue();
    assertThat(request.path("stream_options").path("include_usage").asBoolean()).isTrue();
    assertThat(request.has("max_tokens")).isFalse();
    assertThat(request.has("seed")).isFalse();
  }

  @Test
  void raw_prompts_are_plain_completions() {
    String body = "{\"prompt\":\"p\",\"raw\":true}";
    assertThat(NativeRequests.isPlainCompletion(Json.parse(body))).isTrue();
    JsonNode request = NativeRequests.completion(read(body), "m");
    assertThat(request.path("prompt").asText()).isEqualTo("p");
    assertThat(request.has("messages")).isFalse();
  }

  @Test
  void tool_calls_become_strings_and_their_answers_find_their_ids() {
    JsonNode messages =
        chat("""
                {"messages":[
                  {"role":"assistant","content":"","tool_calls":[
                    {"function":{"name":"a","arguments":{"x":[1]}}},
                    {"id":"call_z","function":{"name":"b","arguments":{}}}]},
                  {"role":"tool","tool_name":"b","content":"B"},
                  {"role":"tool","tool_name":"a","content":"A"}]}
                """)
            .path("messages");
    JsonNode calls = messages.path(0).path("tool_calls");
    assertThat(calls.path(0).path("function").path("arguments").asText()).isEqualTo("{\"x\":[1]}");
    assertThat(calls.path(0).path("type").asText()).isEqualTo("function");
    assertThat(messages.path(1).path("tool_call_id").asText()).isEqualTo("call_z");
    assertThat(messages.path(2).path("tool_call_id").asText())
        .isEqualTo(calls.path(0).path("id").asText());
  }

  @Test
  void images_become_data_urls() {
    JsonNode parts =
        chat("{\"messages\":[{\"role\":\"user\",\"content\":\"see\",\"images\":[\"iVBORw0\"]}]}")
            .path("messages")
            .path(0)
            .path("content");
    assertThat(parts.path(0).path("text").asText()).isEqualTo("see");
    assertThat(parts.path(1).path("image_url").path("url").asText())
        .isEqualTo("data:image/png;base64,iVBORw0");
  }

  @Test
  void format_and_think_are_mapped() {
    JsonNode json = generate("{\"prompt\":\"p\",\"format\":\"json\",\"think\":false}");
    assertThat(json.path("response_format").path("type").asText()).isEqualTo("json_object");
    assertThat(json.path("chat_template_kwargs").path("enable_thinking").asBoolean(true)).isFalse();
    JsonNode schema =
        generate("{\"prompt\":\"p\",\"format\":{\"type\":\"object\"},\"think\":\"max\"}");
    assertThat(schema.path("response_format").path("json_schema").path("schema"))
        .isEqualTo(Json.parse("{\"type\":\"object\"}"));
    assertThat(schema.path("reasoning_effort").asText()).isEqualTo("high");
  }

  @Test
  void penalties_of_repetition_go_out_under_both_names() {
    JsonNode request = generate("{\"prompt\":\"p\",\"options\":{\"repeat_penalty\":1.1}}");
    assertThat(request.path("repeat_penalty").asDouble()).isEqualTo(1.1);
    assertThat(request.path("repetition_penalty").asDouble()).isEqualTo(1.1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "format | \"json\"",
        "format | {\"type\":\"object\"}",
        "logprobs | true",
        "images | [\"iVBORw0\"]",
        "template | \"t\""
      })
  void what_plain_completions_cannot_do_is_refused_by_name(String field, String value) {
    String body = "{\"prompt\":\"p\",\"raw\":true,\"" + field + "\":" + value + "}";
    assertThatThrownBy(() -> NativeRequests.completion(read(body), "m"))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("takes no " + field);
  }

  @Test
  void keys_of_a_request_and_its_messages_match_in_any_case() {
    JsonNode request =
        chat(
            "{\"MESSAGES\":[{\"Role\":\"USER\",\"CONTENT\":\"x\"}],\"Options\":{\"temperature\":0}}");
    assertThat(request.path("messages"))
        .isEqualTo(Json.parse("[{\"role\":\"user\",\"content\":\"x\"}]"));
    assertThat(request.has("temperature")).isTrue();
  }

  @Test
  void a_template_cannot_be_translated() {
    assertThatThrownBy(() -> generate("{\"prompt\":\"p\",\"template\":\"t\"}"))
        .isInstanceOf(Refusal.class);
  }

  @Test
  void a_whole_answer_is_translated_with_its_statistics() {
    JsonNode v1 =
        Json.parse(
            """
            {"choices":[{"message":{"content":"hi","reasoning_content":"hm","tool_calls":[
               {"id":"c","function":{"name":"f","arguments":"{\\"a\\":1}"}}]},
               "finish_reason":"tool_calls"}],
             "usage":{"prompt_tokens":5,"completion_tokens":2},
             "timings":{"prompt_ms":1.5,"predicted_ms":3}}
            """);
    assertThat(
            Json.parse(
                Json.bytes(NativeAnswers.text(v1, new Shape(true, false, "x"), "T", 9_000_000))))
        .isEqualTo(
            Json.parse(
                """
                {"model":"x","created_at":"T","message":{"role":"assistant","content":"hi",
                  "thinking":"hm","tool_calls":[{"id":"c","function":{"index":0,"name":"f",
                  "arguments":{"a":1}}}]},"done":true,"done_reason":"stop",
                 "total_duration":9000000,"load_duration":1,"prompt_eval_count":5,
                 "prompt_eval_duration":1500000,"eval_count":2,"eval_duration":3000000}
                """));
  }

  @Test
  void a_stream_is_translated_with_the_statistics_on_its_last_line_only() {
    List<JsonNode> lines =
        stream(
            true,
            "data: {\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":null}}]}",
            "data: {\"choices\":[{\"delta\":{\"reasoning_content\":\"hm\"}}]}",
            "data: {\"choices\":[{\"delta\":{\"content\":\"grüß\"},\"finish_reason\":null}]}",
            "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"length\"}]}",
            "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":2}}",
            "data: [DONE]");
    assertThat(lines).hasSize(3);
    assertThat(lines.get(0))
        .isEqualTo(
            Json.parse(
                "{\"model\":\"x\",\"created_at\":\"T\",\"message\":{\"role\":\"assistant\","
                    + "\"content\":\"\",\"thinking\":\"hm\"},\"done\":false}"));
    assertThat(lines.get(1).path("message").path("content").asText()).isEqualTo("grüß");
    assertThat(lines.get(2))
        .isEqualTo(
            Json.parse(
                "{\"model\":\"x\",\"created_at\":\"T\",\"message\":{\"role\":\"assistant\","
                    + "\"content\":\"\"},\"done\":true,\"done_reason\":\"length\","
                    + "\"total_duration\":200,\"load_duration\":1,\"prompt_eval_count\":3,"
                    + "\"prompt_eval_duration\":100,\"eval_count\":2,\"eval_duration\":100}"));
  }

  @Test
  void tool_calls_in_pieces_come_whole_before_the_last_line() {
    List<JsonNode> lines =
        stream(
            true,
            "data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"c\","
                + "\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"a\\\"\"}}]}}]}",
            "data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,"
                + "\"function\":{\"arguments\":\":1}\"}}]}}]}",
            "data: [DONE]");
    assertThat(lines).hasSize(2);
    assertThat(lines.get(0).path("message").path("tool_calls"))
        .isEqualTo(
            Json.parse(
                "[{\"id\":\"c\",\"function\":{\"index\":0,\"name\":\"f\",\"arguments\":{\"a\":1}}}]"));
    assertThat(lines.get(1).path("done").asBoolean()).isTrue();
  }

  @Test
  void an_error_in_mid_stream_is_an_error_line_and_nothing_follows() {
    List<JsonNode> lines =
        stream(false, "data: {\"error\":{\"message\":\"it died\"}}", "data: [DONE]");
    assertThat(lines).containsExactly(Json.parse("{\"error\":\"it died\"}"));
    assertThat(stream(true, "data: [DONE]"))
        .containsExactly(Json.parse("{\"error\":\"the model server's answer has no choices\"}"));
    assertThat(stream(true, "data: {\"choi")).singleElement().matches(line -> line.has("error"));
    assertThat(
            stream(
                true,
                "data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"function\":{\"name\":\"f\","
                    + "\"arguments\":\"{\"}}]}}]}",
                "data: [DONE]"))
        .singleElement()
        .matches(line -> line.path("error").asText().contains("tool arguments"));
  }

  private static List<JsonNode> stream(boolean chat, String... events) {
    long[] clock = {0};
    NativeLines lines =
        new NativeLines(new Shape(chat, false, "x"), () -> "T", () -> clock[0]++ * 100);
    StringBuilder all = new StringBuilder();
    for (String event : events) {
      all.append(lines.lines(event).utf8String());
    }
    return all.toString().lines().map(Json::parse).toList();
  }

  @Test
  void vectors_come_in_order_and_with_length_one() {
    JsonNode v1 =
        Json.parse(
            """
            {"data":[{"index":1,"embedding":[0,2]},{"index":0,"embedding":[3,4]}],
             "usage":{"prompt_tokens":4}}
            """);
    JsonNode answer = NativeAnswers.embed(v1, "x", 7);
    assertThat(answer.path("embeddings").path(0).path(0).asDouble()).isCloseTo(0.6, within());
    assertThat(answer.path("embeddings").path(1).path(1).asDouble()).isCloseTo(1, within());
    assertThat(answer.path("prompt_eval_count").asInt()).isEqualTo(4);
    assertThat(NativeAnswers.embeddings(v1).path("embedding").size()).isEqualTo(2);
  }

  private static org.assertj.core.data.Offset<Double> within() {
    return org.assertj.core.data.Offset.offset(1e-6);
  }

  @Test
  void errors_of_every_form_are_one_text() {
    assertThat(NativeAnswers.error(Json.parse("{\"error\":{\"message\":\"a\"}}"), 400, "m"))
        .isEqualTo("a");
    assertThat(NativeAnswers.error(Json.parse("{\"error\":\"b\"}"), 400, "m")).isEqualTo("b");
    assertThat(NativeAnswers.error(Json.parse("{\"message\":\"c\"}"), 400, "m")).isEqualTo("c");
    assertThat(NativeAnswers.error(Json.parse("{}"), 500, "m")).contains("500");
    assertThat(NativeAnswers.error(Json.parse("{}"), 404, "m")).isEqualTo("model 'm' not found");
  }
}
