package io.llmcluster.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ErrorEnvelopeTest {

  @ParameterizedTest
  @CsvSource({
    "400, invalid_request_error, invalid_request_error",
    "404, not_found_error, not_found_error",
    "413, api_error, request_too_large",
    "500, api_error, api_error",
    "502, api_error, api_error",
    "503, api_error, overloaded_error"
  })
  void each_api_has_its_own_envelope_and_types(int status, String openAi, String anthropic) {
    assertThat(ErrorEnvelope.json(Surface.NATIVE, status, "a \"b\"\n").utf8String())
        .isEqualTo("{\"error\":\"a \\\"b\\\"\\n\"}");
    assertThat(ErrorEnvelope.json(Surface.OPENAI, status, "no").utf8String())
        .isEqualTo(
            "{\"error\":{\"message\":\"no\",\"type\":\""
                + openAi
                + "\",\"param\":null,\"code\":null}}");
    assertThat(ErrorEnvelope.json(Surface.ANTHROPIC, status, "no").utf8String())
        .isEqualTo(
            "{\"type\":\"error\",\"error\":{\"type\":\"" + anthropic + "\",\"message\":\"no\"}}");
  }

  @Test
  void an_error_in_a_stream_has_the_form_of_the_stream() {
    assertThat(ErrorEnvelope.streamError(Surface.NATIVE, "no").utf8String())
        .isEqualTo("{\"error\":\"no\"}\n");
    assertThat(ErrorEnvelope.streamError(Surface.OPENAI, "no").utf8String())
        .isEqualTo(
            "data: {\"error\":{\"message\":\"no\",\"type\":\"api_error\",\"param\":null,\"code\":null}}\n\n");
    assertThat(ErrorEnvelope.streamError(Surface.ANTHROPIC, "no").utf8String())
        .isEqualTo(
            "event: error\ndata:"
                + " {\"type\":\"error\",\"error\":{\"type\":\"api_error\",\"message\":\"no\"}}\n\n");
  }
}
