package io.llmcluster.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestReaderTest {

  private static final String CHAT =
      """
      {"model":"llama3.2","messages":[{"role":"user","content":"é \\u00e9 \\n \\"x\\""}],"stream":false,
       "options":{"temperature":0.5,"stop":["a"]},"think":true,"format":{"type":"object"},"keep_alive":"5m"}
      """;

  private static DecodedRequest read(Endpoint endpoint, String body) {
    return RequestReader.read(endpoint, ByteString.fromString(body));
  }

  /** Each line of the table was observed: a body sent to Ollama 0.17.4, and what it answered. */
  @ParameterizedTest(name = "{0} {1}")
  @CsvFileSource(
      resources = "/ollama-0.17.4-refusals.tsv",
      delimiter = '\t',
      quoteCharacter = '\u0001')
  void refuses_in_the_words_of_ollama(Endpoint endpoint, String body, int status, String message) {
    assertThatThrownBy(() -> read(endpoint, body == null ? "" : body))
        .isInstanceOfSatisfying(
            WireException.class,
            refused -> {
              assertThat(refused).hasMessage(message);
              assertThat(refused.status()).isEqualTo(status);
            });
  }

  @Test
  void hands_on_the_very_bytes_it_got() {
    ByteString body = ByteString.fromString(CHAT);
    assertThat(RequestReader.read(Endpoint.CHAT, body).body()).isSameAs(body);
  }

  @Test
  void every_cut_body_is_unexpected_eof() {
    String body = CHAT.strip();
    for (int length = 1; length < body.length(); length++) {
      String cut = body.substring(0, length);
      assertThatThrownBy(() -> read(Endpoint.CHAT, cut))
          .as(cut)
          .isInstanceOf(WireException.class)
          .hasMessage("unexpected EOF");
    }
  }

  @ParameterizedTest
  @EnumSource(Endpoint.class)
  void damaged_bodies_are_refused_or_read_but_never_crash(Endpoint endpoint) {
    Random random = new Random(42);
    byte[] original = CHAT.getBytes(StandardCharsets.UTF_8);
    for (int round = 0; round < 3_000; round++) {
      byte[] damaged = original.clone();
      for (int change = 0; change < 1 + random.nextInt(3); change++) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
      }
      Throwable thrown =
          catchThrowable(() -> RequestReader.read(endpoint, ByteString.fromArray(damaged)));
      if (thrown != null) {
        assertThat(thrown).isInstanceOf(WireException.class);
      }
    }
  }

  @Test
  void keys_match_in_any_case_and_the_last_duplicate_wins() {
    DecodedRequest request =
        read(
            Endpoint.GENERATE,
            "{\"MODEL\":\"a\",\"Model\":\"b\",\"prompt\":\"x\",\"STREAM\":false}");
    assertThat(request.model()).isEqualTo("b");
    assertThat(request.stream()).isFalse();
  }

  @Test
  void only_the_first_value_counts() {
    assertThat(read(Endpoint.GENERATE, "{\"model\":\"a\",\"prompt\":\"x\"} trailing").model())
        .isEqualTo("a");
  }

  @Test
  void an_empty_context_is_none() {
    String raw = "{\"model\":\"a\",\"prompt\":\"x\",\"raw\":true,\"context\":[%s]}";
    assertThat(read(Endpoint.GENERATE, raw.formatted(" ")).model()).isEqualTo("a");
    assertThatThrownBy(() -> read(Endpoint.GENERATE, raw.formatted("1")))
        .hasMessage("raw mode does not support template, system, or context");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"think\":\"very\" | invalid think value: \"very\" (must be \"high\", \"medium\", \"low\","
            + " \"max\", true, or false)",
        "\"top_logprobs\":-1 | top_logprobs must be between 0 and 20",
        "\"top_logprobs\":21 | top_logprobs must be between 0 and 20"
      })
  void what_is_out_of_range_is_refused_in_the_contracts_words(String field, String message) {
    for (Endpoint endpoint : List.of(Endpoint.GENERATE, Endpoint.CHAT, Endpoint.CHAT_STREAM)) {
      String body = "{\"model\":\"a\",\"prompt\":\"x\",\"messages\":[{}]," + field + "}";
      assertThatThrownBy(() -> read(endpoint, body))
          .isInstanceOfSatisfying(
              WireException.class, refused -> assertThat(refused.status()).isEqualTo(400))
          .hasMessage(message);
    }
  }

  /** Ollama 0.17.4 calls the blank name invalid, as it does with ill-formed ones. */
  @Test
  void a_delete_needs_a_model_and_a_name_that_is_one() {
    assertThatThrownBy(() -> read(Endpoint.DELETE, "{}")).hasMessage("model is required");
    assertThatThrownBy(() -> read(Endpoint.DELETE, "{\"model\":\" \"}"))
        .hasMessage("model is required");
    assertThatThrownBy(() -> read(Endpoint.DELETE, "{\"name\":\"a b\"}"))
        .hasMessage("name \"a b\" is invalid");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"role\":\"user\"}",
        "{\"role\":\"user\",\"content\":null}",
        "{\"role\":\"assistant\",\"content\":null,\"tool_calls\":null}",
        "{}",
        "null"
      })
  void a_message_of_openais_with_neither_content_nor_calls_is_refused(String message) {
    String body =
        "{\"model\":\"a\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}," + message + "]}";
    assertThatThrownBy(() -> read(Endpoint.V1_CHAT, body))
        .isInstanceOfSatisfying(
            WireException.class, refused -> assertThat(refused.status()).isEqualTo(400))
        .hasMessage("invalid message content type: <nil>");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"content\":\"\"}",
        "{\"content\":[]}",
        "{\"tool_calls\":[]}",
        "{\"content\":null,\"Tool_Calls\":[{\"id\":\"1\"}]}"
      })
  void a_message_of_openais_that_is_empty_or_calls_tools_is_taken(String message) {
    assertThat(read(Endpoint.V1_CHAT, "{\"model\":\"a\",\"messages\":[" + message + "]}").model())
        .isEqualTo("a");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"think\":\"max\"", "\"top_logprobs\":0", "\"top_logprobs\":20"})
  void what_is_at_the_edge_of_its_range_is_taken(String field) {
    assertThat(read(Endpoint.GENERATE, "{\"model\":\"a\",\"prompt\":\"x\"," + field + "}").model())
        .isEqualTo("a");
  }

  @Test
  void null_is_not_given() {
    DecodedRequest request =
        read(
            Endpoint.GENERATE, "{\"model\":\"a\",\"prompt\":\"x\",\"stream\":null,\"think\":null}");
    assertThat(request.stream()).isTrue();
  }

  @Test
  void chat_stream_is_always_streamed() {
    DecodedRequest request =
        read(Endpoint.CHAT_STREAM, "{\"model\":\"a\",\"messages\":[{}],\"stream\":false} x");
    assertThat(request.stream()).isTrue();
    assertThat(request.body().utf8String())
        .isEqualTo("{\"model\":\"a\",\"messages\":[{}],\"stream\":false,\"stream\":true}");
  }

  @Test
  void an_empty_prompt_loads_and_with_keep_alive_zero_unloads() {
    assertThat(read(Endpoint.GENERATE, "{\"model\":\"a\"}").purpose()).isEqualTo(Purpose.LOAD);
    assertThat(
            read(Endpoint.GENERATE, "{\"model\":\"a\",\"prompt\":\"\",\"keep_alive\":0}").purpose())
        .isEqualTo(Purpose.UNLOAD);
    assertThat(
            read(Endpoint.CHAT, "{\"model\":\"a\",\"messages\":[],\"keep_alive\":\"0s\"}")
                .purpose())
        .isEqualTo(Purpose.UNLOAD);
    assertThat(
            read(Endpoint.CHAT, "{\"model\":\"a\",\"messages\":[{}],\"keep_alive\":0}").purpose())
        .isEqualTo(Purpose.ANSWER);
  }

  @Test
  void pull_and_delete_may_name_nodes_which_are_not_handed_on() {
    DecodedRequest request =
        read(Endpoint.PULL, "{\"name\":\"a:b\",\"nodes\":[\"n1\",\"n2\"],\"insecure\":true}");
    assertThat(request.nodes()).containsExactly("n1", "n2");
    assertThat(request.stream()).isTrue();
    assertThat(request.body().utf8String()).isEqualTo("{\"model\":\"a:b\",\"insecure\":true}");
  }

  @Test
  void nesting_is_bounded() {
    String deep = "{\"model\":\"a\",\"x\":" + "[".repeat(100_000);
    assertThatThrownBy(() -> read(Endpoint.CHAT, deep))
        .isInstanceOf(WireException.class)
        .hasMessageContaining("nested deeper");
  }
}
