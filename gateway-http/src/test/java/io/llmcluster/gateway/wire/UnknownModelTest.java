package io.llmcluster.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnknownModelTest {

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "GENERATE | a b | 400 | invalid model name",
        "V1_COMPLETIONS | x::y | 400 | invalid model name",
        "CHAT | x/y/z/w/q | 400 | invalid model name",
        "EMBEDDINGS | -x | 400 | invalid model name",
        "V1_CHAT | a b | 400 | invalid model name",
        "V1_MESSAGES | a b | 400 | invalid model name",
        "SHOW | a b | 400 | invalid model name",
        "EMBED | a b | 400 | invalid model name",
        "V1_EMBEDDINGS | a b | 400 | invalid model name",
        "CHAT | a:cloud:local | 400 | use either :local or :cloud, not both: \"a:cloud:local\"",
        "SHOW | a:8b-cloud:Local | 400 | use either :local or :cloud, not both:"
            + " \"a:8b-cloud:Local\"",
        "CHAT | a:local | 404 | model 'a:local' not found",
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
