package io.llmcluster.patterns.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.llmcluster.patterns.program.RefusedRequest;
import io.llmcluster.patterns.testkit.Simulation;
import org.junit.jupiter.api.Test;

class OllamaBodyTest {

  private static String asPattern(String request) {
    return OllamaBody.asPattern(Simulation.object(request)).toString().replace('"', '\'');
  }

  @Test
  void one_model_is_a_list_of_one() {
    assertThat(asPattern("{'model':'m','prompt':'p'}")).isEqualTo("{'prompt':'p','models':['m']}");
    assertThat(asPattern("{'models':['m'],'prompt':'p'}"))
        .isEqualTo("{'models':['m'],'prompt':'p'}");
  }

  @Test
  void a_system_prompt_is_a_message() {
    assertThat(asPattern("{'prompt':'p','system':'s'}"))
        .isEqualTo("{'messages':[{'role':'system','content':'s'},{'role':'user','content':'p'}]}");
  }

  @Test
  void model_and_models_are_refused() {
    assertThatThrownBy(() -> asPattern("{'model':'m','models':['n'],'prompt':'p'}"))
        .isInstanceOf(RefusedRequest.class)
        .hasMessage("model: given beside models (expected: one of them)");
  }
}
