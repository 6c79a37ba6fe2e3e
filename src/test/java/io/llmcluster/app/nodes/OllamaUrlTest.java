package io.llmcluster.app.nodes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OllamaUrlTest {

  @ParameterizedTest
  @CsvSource({
    "http://localhost:11434, localhost, 11434",
    "http://localhost:11434/, localhost, 11434",
    "http://gpu:1234/api, gpu, 1234",
    "http://gpu:1234/api/, gpu, 1234",
    "gpu, gpu, 11434",
    "gpu:1, gpu, 1",
    "http://[::1]:5, ::1, 5",
    "0.0.0.0:11434, 127.0.0.1, 11434",
    "' http://a ', a, 11434",
  })
  void an_address_is_read_in_the_forms_that_people_write(String text, String host, int port) {
    assertThat(OllamaUrl.parse(text)).isEqualTo(new OllamaUrl(host, port));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "http://",
        "ftp://a",
        "http://a/v1",
        "http://a:99999",
        "http://a:0",
        "http://a?x=1",
        "a b",
        "https://a"
      })
  void anything_else_is_refused_by_name(String text) {
    assertThatThrownBy(() -> OllamaUrl.parse(text))
        .hasMessage("ollama.url: " + text + " (expected: http://HOST:PORT)");
  }
}
