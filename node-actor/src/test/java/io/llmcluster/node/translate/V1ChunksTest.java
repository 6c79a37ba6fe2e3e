package io.llmcluster.node.translate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class V1ChunksTest {

  private static final String LAST =
      "{\"model\":\"m\",%s,\"done\":true,\"done_reason\":\"stop\",\"prompt_eval_count\":3,\"eval_count\":4}";

  /** The data of the events, each as it came after {@code data: }. */
  private static List<String> events(V1Chunks chunks, String line) {
    String events = chunks.events(Json.parse(line)).utf8String();
    assertThat(events.isEmpty() || events.endsWith("\n\n")).as(events).isTrue();
    return Arrays.stream(events.split("\n\n"))
        .filter(event -> !event.isEmpty())
        .map(event -> event.substring("data: ".length()))
        .toList();
  }

  private static JsonNode choice(String event) {
    return Json.parse(event).path("choices").path(0);
  }

  @Test
  void thinking_is_a_delta_of_its_own_and_the_first_one_has_the_role() {
    V1Chunks chunks = new V1Chunks(true, "chatcmpl-1", 9, false);
    List<String> both =
        events(
            chunks,
            "{\"model\":\"m\",\"message\":{\"thinking\":\"hm\",\"content\":\"so\"},\"done\":false}");
    assertThat(both).hasSize(2);
    assertThat(choice(both.get(0)))
        .isEqualTo(
            Json.parse(
                "{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\",\"reasoning\":\"hm\"},\"finish_reason\":null}"));
    assertThat(choice(both.get(1)))
        .isEqualTo(
            Json.parse("{\"index\":0,\"delta\":{\"content\":\"so\"},\"finish_reason\":null}"));
    List<String> end =
        events(chunks, LAST.formatted("\"message\":{\"role\":\"assistant\",\"content\":\"\"}"));
    assertThat(choice(end.get(0)))
        .isEqualTo(Json.parse("{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}"));
    assertThat(end.get(1)).isEqualTo("[DONE]");
    assertThat(end).as("no usage unless it is asked for").hasSize(2);
  }

  @Test
  void a_tool_call_comes_whole_and_makes_the_finish_reason() {
    V1Chunks chunks = new V1Chunks(true, "chatcmpl-1", 9, false);
    List<String> call =
        events(
            chunks,
            "{\"model\":\"m\",\"message\":{\"content\":\"\",\"tool_calls\":[{\"id\":\"c1\",\"function\":{\"index\":0,\"name\":\"f\",\"arguments\":{\"b\":2}}}]},\"done\":false}");
    assertThat(call).hasSize(1);
    assertThat(choice(call.get(0)).path("delta"))
        .isEqualTo(
            Json.parse(
                """
                {"role":"assistant","content":"","tool_calls":[{"id":"c1","index":0,"type":"function",
                 "function":{"name":"f","arguments":"{\\"b\\":2}"}}]}
                """));
    List<String> end =
        events(chunks, LAST.formatted("\"message\":{\"role\":\"assistant\",\"content\":\"\"}"));
    assertThat(choice(end.get(0)).path("finish_reason").asText()).isEqualTo("tool_calls");
  }

  @Test
  void a_completion_has_a_usage_in_every_chunk_and_the_numbers_in_the_last_if_asked() {
    V1Chunks chunks = new V1Chunks(false, "cmpl-1", 9, true);
    List<String> piece = events(chunks, "{\"model\":\"m\",\"response\":\"a\",\"done\":false}");
    String head =
        "{\"id\":\"cmpl-1\",\"object\":\"text_completion\",\"created\":9,\"model\":\"m\",\"system_fingerprint\":\"fp_ollama\",\"choices\":[";
    String zeros = "\"usage\":{\"prompt_tokens\":0,\"completion_tokens\":0,\"total_tokens\":0}}";
    assertThat(piece)
        .containsExactly(head + "{\"text\":\"a\",\"index\":0,\"finish_reason\":null}]," + zeros);
    assertThat(events(chunks, LAST.formatted("\"response\":\"\"")))
        .containsExactly(
            head + "{\"text\":\"\",\"index\":0,\"finish_reason\":\"stop\"}]," + zeros,
            head + "],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":4,\"total_tokens\":7}}",
            "[DONE]");
  }

  @Test
  void a_completion_has_no_usage_unless_it_is_asked_for() {
    V1Chunks chunks = new V1Chunks(false, "cmpl-1", 9, false);
    assertThat(events(chunks, "{\"model\":\"m\",\"response\":\"a\",\"done\":false}").get(0))
        .doesNotContain("usage");
    assertThat(events(chunks, LAST.formatted("\"response\":\"\"")))
        .hasSize(2)
        .noneMatch(event -> event.contains("usage"));
  }
}
