package io.llmcluster.core.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelNameTest {

  @ParameterizedTest
  @CsvSource({
    "llama3.2, llama3.2:latest",
    "LLaMA3.2:Latest, llama3.2:latest",
    "library/llama3.2, llama3.2:latest",
    "registry.ollama.ai/library/llama3.2:1b, llama3.2:1b",
    "host:5000/ns/m, host:5000/ns/m:latest",
    "ns/m:t, ns/m:t"
  })
  void names_of_one_model_have_one_key(String name, String key) {
    assertThat(ModelName.key(name)).isEqualTo(key);
  }
}
