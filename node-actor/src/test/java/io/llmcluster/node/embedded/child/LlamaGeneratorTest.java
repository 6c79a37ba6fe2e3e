package io.llmcluster.node.embedded.child;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmcluster.node.embedded.child.Generator.Message;
import io.llmcluster.node.embedded.child.Generator.Options;
import io.llmcluster.node.embedded.child.Generator.Result;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/** Runs where {@code LLM_CLUSTER_TEST_MODEL} names a SmolLM2 file. */
@Tag("model")
@EnabledIfEnvironmentVariable(named = "LLM_CLUSTER_TEST_MODEL", matches = ".+")
class LlamaGeneratorTest {
  private static final LlamaGenerator MODEL =
      new LlamaGenerator(
          Path.of(System.getenv().getOrDefault("LLM_CLUSTER_TEST_MODEL", "")), 2048, 1, 2);

  private static Options options(int numPredict) {
    return new Options(numPredict, 0f, 40, 0.9f, 0f, 1, 1f, 0f, 0f, List.of(), "", false);
  }

  private static String prompt() {
    return MODEL.template(List.of(new Message("user", "What is the capital of France?")));
  }

  @Test
  void the_model_answers_and_stops() {
    StringBuilder text = new StringBuilder();
    Result result = MODEL.generate(prompt(), options(100), () -> false, text::append);
    assertThat(text.toString()).contains("Paris");
    assertThat(result.reason()).isEqualTo("stop");
  }

  @Test
  void the_limit_gives_length() {
    Result result = MODEL.generate(prompt(), options(3), () -> false, piece -> {});
    assertThat(result).extracting(Result::reason, Result::evalTokens).containsExactly("length", 3);
  }

  @Test
  void a_cancelled_run_leaves_its_slot() {
    StringBuilder text = new StringBuilder();
    MODEL.generate(prompt(), options(500), () -> text.length() > 0, text::append);
    assertThat(text.length()).isLessThan(20);
    the_model_answers_and_stops();
  }

  @Test
  void a_prompt_beyond_the_context_is_cut_at_its_beginning() {
    Result result = MODEL.generate("word ".repeat(3000), options(1), () -> false, p -> {});
    assertThat(result.promptTokens()).isBetween(500, 1024);
  }

  @Test
  void a_prompt_that_is_to_stay_whole_may_fill_the_context() {
    Options whole = new Options(-1, 0f, 40, 0.9f, 0f, 1, 1f, 0f, 0f, List.of(), "", true);
    Result result = MODEL.generate("word ".repeat(1000), whole, () -> false, p -> {});
    assertThat(result.promptTokens()).isBetween(1000, 1023);
  }

  @Test
  void the_tokens_of_a_run_are_its_prompt_and_its_text() {
    StringBuilder text = new StringBuilder();
    Result result = MODEL.generate(prompt(), options(10), () -> false, text::append);
    assertThat(MODEL.text(result.context())).isEqualTo(prompt() + text);
    assertThat(MODEL.text(List.of())).isEmpty();
  }

  @Test
  void a_grammar_made_of_a_schema_is_obeyed() {
    String grammar = MODEL.grammar("{\"enum\":[\"red\"]}");
    StringBuilder text = new StringBuilder();
    Options colour = new Options(20, 0f, 40, 0.9f, 0f, 1, 1f, 0f, 0f, List.of(), grammar, false);
    MODEL.generate(prompt(), colour, () -> false, text::append);
    assertThat(text.toString()).contains("\"red\"");
  }

  @Test
  void odd_characters_do_no_harm() {
    String odd = "a\u0000b\u0001\ud800 \ud83d\ude00";
    String text = MODEL.template(List.of(new Message("tool", odd), new Message("x", "y")));
    assertThat(MODEL.generate(text, options(2), () -> false, p -> {}).evalTokens()).isPositive();
  }
}
