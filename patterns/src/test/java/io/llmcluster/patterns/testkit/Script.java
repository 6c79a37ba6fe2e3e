package io.llmcluster.patterns.testkit;

import io.llmcluster.patterns.program.StepSpec;
import io.llmcluster.patterns.prompt.ChatMessage;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Answers by step id; what is not scripted answers {@code result of ID}. */
public final class Script implements Simulation.Model {

  private final Map<String, @Nullable String> answers = new HashMap<>();
  private final Map<String, List<ChatMessage>> asked = new LinkedHashMap<>();
  private final Map<String, StepSpec> specs = new LinkedHashMap<>();

  public Script say(String step, String answer) {
    answers.put(step, answer);
    return this;
  }

  public Script fail(String step) {
    answers.put(step, null);
    return this;
  }

  @Override
  public @Nullable String answer(StepSpec step, List<ChatMessage> messages) {
    asked.put(step.id(), messages);
    specs.put(step.id(), step);
    return answers.containsKey(step.id()) ? answers.get(step.id()) : "result of " + step.id();
  }

  /** All that a step was told. */
  public String asked(String step) {
    StringBuilder all = new StringBuilder();
    asked.getOrDefault(step, List.of()).forEach(one -> all.append(one.content()).append('\n'));
    return all.toString();
  }

  public StepSpec spec(String step) {
    StepSpec spec = specs.get(step);
    if (spec == null) {
      throw new AssertionError("not asked: " + step + "; asked: " + specs.keySet());
    }
    return spec;
  }
}
