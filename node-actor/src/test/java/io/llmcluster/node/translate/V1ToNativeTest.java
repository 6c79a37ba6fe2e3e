package io.llmcluster.node.translate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;

class V1ToNativeTest {

  private static JsonNode chat(String json) {
    return V1Requests.chat(Json.decodedRequest(ByteString.fromString(json), taken -> {}));
  }

  @Test
  void openai_s_defaults_are_written_out() {
    assertThat(chat("{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}"))
        .isEqualTo(
            Json.parse(
                """
                {"model":"m","stream":false,"options":{"temperature":1.0,"top_p":1.0},
                 "messages":[{"role":"user","content":"hi"}]}
                """));
  }

  @Test
  void fields_become_options() {
    JsonNode request =
        chat(
            """
            {"model":"m","stream":true,"max_tokens":5,"temperature":0.1,"stop":"x","seed":4,
             "reasoning_effort":"none","n":2,"tool_choice":"auto",
             "response_format":{"type":"json_schema","json_schema":{"schema":{"type":"object"}}},
             "messages":[{"role":"user","content":"hi"}]}
            """);
    assertThat(request.path("options"))
        .isEqualTo(
            Json.parse(
                """
                {"num_predict":5,"temperature":0.1,"top_p":1.0,"seed":4,"stop":["x"]}
                """));
    assertThat(request.path("think").asBoolean(true)).isFalse();
    assertThat(request.path("format")).isEqualTo(Json.parse("{\"type\":\"object\"}"));
    assertThat(request.has("tool_choice")).isFalse();
  }

  @Test
  void parts_become_one_message_each() {
    assertThat(
            chat("""
                    {"messages":[{"role":"user","content":[
                      {"type":"text","text":"see"},
                      {"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}}]}]}
                    """)
                .path("messages"))
        .isEqualTo(
            Json.parse(
                """
                [{"role":"user","content":"see"},
                 {"role":"user","content":"","images":["AAAA"]}]
                """));
  }

  @Test
  void tools_find_their_names() {
    assertThat(
            chat("""
                    {"messages":[
                      {"role":"assistant","content":null,"tool_calls":[{"id":"c1","type":"function",
                        "function":{"name":"f","arguments":"{\\"a\\":1}"}}]},
                      {"role":"tool","tool_call_id":"c1","content":"42"}]}
                    """)
                .path("messages"))
        .isEqualTo(
            Json.parse(
                """
                [{"role":"assistant","content":"","tool_calls":[{"id":"c1",
                   "function":{"index":0,"name":"f","arguments":{"a":1}}}]},
                 {"role":"tool","tool_call_id":"c1","tool_name":"f","content":"42"}]
                """));
  }

  @Test
  void what_ollama_refuses_is_refused_in_its_words() {
    assertRefused("{\"messages\":[]}", "[] is too short - 'messages'");
    assertRefused(
        "{\"messages\":[{\"role\":\"user\",\"content\":5}]}",
        "invalid message content type: float64");
    assertRefused("{\"messages\":[{\"role\":\"user\"}]}", "invalid message content type: <nil>");
    assertRefused(
        "{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\","
            + "\"image_url\":{\"url\":\"https://x/y.png\"}}]}]}",
        "image URLs are not currently supported");
    assertRefused(
        "{\"reasoning_effort\":\"x\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}",
        "invalid reasoning value: 'x'");
    assertRefused(
        "{\"messages\":[{\"role\":\"assistant\",\"tool_calls\":[{\"function\":"
            + "{\"name\":\"f\",\"arguments\":\"{\"}}]}]}",
        "invalid tool call arguments");
    assertThatThrownBy(() -> V1Requests.embedding(Json.parse("{\"input\":[]}")))
        .isInstanceOf(Refusal.class)
        .hasMessage("invalid input");
  }

  private static void assertRefused(String body, String message) {
    assertThatThrownBy(() -> chat(body)).isInstanceOf(Refusal.class).hasMessageContaining(message);
  }

  @Test
  void a_whole_answer_is_translated() {
    JsonNode answer =
        Json.parse(
            """
            {"model":"m","message":{"role":"assistant","content":"","thinking":"hm","tool_calls":[
              {"id":"c","function":{"index":0,"name":"f","arguments":{"b":2}}}]},
             "done":true,"done_reason":"stop","prompt_eval_count":3,"eval_count":4}
            """);
    assertThat(Json.parse(Json.bytes(V1Answers.chat(answer, "chatcmpl-1", 9))))
        .isEqualTo(
            Json.parse(
                """
                {"id":"chatcmpl-1","object":"chat.completion","created":9,"model":"m",
                 "system_fingerprint":"fp_ollama","choices":[{"index":0,"message":{
                   "role":"assistant","content":"","reasoning":"hm","tool_calls":[{"id":"c",
                   "index":0,"type":"function","function":{"name":"f",
                   "arguments":"{\\"b\\":2}"}}]},"finish_reason":"tool_calls"}],
                 "usage":{"prompt_tokens":3,"completion_tokens":4,"total_tokens":7}}
                """));
  }

  @Test
  void a_chat_stream_is_translated_event_for_event() {
    V1Chunks chunks = new V1Chunks(true, "chatcmpl-1", 9, true);
    String head =
        "data: {\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":9,"
            + "\"model\":\"m\",\"system_fingerprint\":\"fp_ollama\",\"choices\":[";
    assertThat(
            chunks
                .events(Json.parse("{\"model\":\"m\",\"message\":{\"content\":\"a\"}}"))
                .utf8String())
        .isEqualTo(
            head
                + "{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"a\"},"
                + "\"finish_reason\":null}]}\n\n");
    assertThat(
            chunks
                .events(
                    Json.parse(
                        "{\"model\":\"m\",\"message\":{\"content\":\"\"},\"done\":true,"
                            + "\"done_reason\":\"length\",\"eval_count\":1}"))
                .utf8String())
        .isEqualTo(
            head
                + "{\"index\":0,\"delta\":{},\"finish_reason\":\"length\"}]}\n\n"
                + head
                + "],\"usage\":{\"prompt_tokens\":0,\"completion_tokens\":1,\"total_tokens\":1}}\n\n"
                + "data: [DONE]\n\n");
  }

  @Test
  void an_error_line_is_an_error_event_without_done() {
    V1Chunks chunks = new V1Chunks(false, "cmpl-1", 9, false);
    assertThat(chunks.events(Json.parse("{\"error\":\"it died\"}")).utf8String())
        .isEqualTo(
            "data: {\"error\":{\"message\":\"it died\",\"type\":\"api_error\",\"param\":null,"
                + "\"code\":null}}\n\n");
  }

  @Test
  void vectors_are_little_endian_floats_in_base64_when_asked() {
    JsonNode answer = Json.parse("{\"model\":\"m\",\"embeddings\":[[1.0,-2.0]]}");
    assertThat(V1Answers.embedding(answer, true).path("data").path(0).path("embedding").asText())
        .isEqualTo("AACAPwAAAMA=");
    assertThat(V1Answers.embedding(answer, false).path("data").path(0).path("embedding").size())
        .isEqualTo(2);
  }
}
