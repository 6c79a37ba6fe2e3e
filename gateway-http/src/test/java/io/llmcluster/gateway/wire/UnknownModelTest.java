package io.llmcluster.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnknownModelTest {

  /**
   * As Ollama 0.17.4 answers, but for show and embed of an ill-formed name: it says 500 there, and
   * its later versions what stands here.
   */
  @ParameterizedTest(name = "{0} {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "GENERATE | a b | 404 | model 'a b' not found",
        "V1_COMPLETIONS | x::y | 404 | model 'x::y' not found",
        "CHAT | a b | 400 | model is required",
        "CHAT | x/y/z/w/q | 400 | model is required",
        "EMBEDDINGS | -x | 400 | model is required",
        "V1_CHAT | a b | 400 | model is required",
        "V1_MESSAGES | a b | 400 | model is required",
        "SHOW | a b | 400 | invalid model name",
        "EMBED | a b | 400 | invalid model name",
        "V1_EMBEDDINGS | a b | 400 | invalid model name",
        "CHAT | no-such | 404 | model 'no-such' not found",
        "EMBED | no-such | 404 | model \"no-such\" not found, try pulling it first",
        "EMBEDDINGS | no-such | 404 | model \"no-such\" not found, try pulling it first",
        "DELETE | no-such | 404 | model 'no-such' not found",
        "COPY | no-such | 404 | model \"no-such\" not found",
        "SHOW | h:5000/n/no-such | 404 | model 'h:5000/n/no-such:latest' not found"
      })
  void the_form_of_the_name_and_the_endpoint_decide(
      Endpoint endpoint, String model, int status, String message) {
    WireException refusal = UnknownModel.refusal(endpoint, model);
    assertThat(refusal.status()).isEqualTo(status);
    assertThat(refusal).hasMessage(message);
  }
}
