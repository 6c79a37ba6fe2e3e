package io.llmcluster.patterns.debate;

import io.llmcluster.patterns.program.StepSpec;
import io.llmcluster.patterns.prompt.ChatMessage;
import io.llmcluster.patterns.testkit.Simulation;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Models that say what is written for a step; for a step without words a debater keeps its answer,
 * a judge takes the first that it is shown, and the guard finds no error. Repairs repeat the step.
 */
public final class Script implements Simulation.Model {

  private final Map<String, Function<List<ChatMessage>, @Nullable String>> words = new HashMap<>();
  private final Map<String, List<ChatMessage>> heard = new LinkedHashMap<>();
  private final Map<String, StepSpec> asked = new LinkedHashMap<>();

  /** First answers, each with its confidence behind a slash: {@code 18/0.9}. */
  public static Script answering(String... answers) {
    Script script = new Script();
    for (int debater = 0; debater < answers.length; debater++) {
      String[] parts = answers[debater].split("/");
      script.says("first/" + DebateSteps.name(debater), answer(parts[0], parts[1]));
    }
    return script;
  }

  public static String answer(String answer, String confidence) {
    return Simulation.object(
            "{'reasoning':'it is surely %s','answer':'%s','confidence':%s}"
                .formatted(answer, answer, confidence))
        .toString();
  }

  public Script says(String step, @Nullable String output) {
    words.put(step, messages -> output);
    return this;
  }

  /** A debater changes its answer, and names an error. */
  public Script changes(String step, String answer, String error) {
    return says(
        step,
        Simulation.object(
                "{'reasoning':'now it is %s','keep':false,'error':'%s','answer':'%s','confidence':0.9}"
                    .formatted(answer, error, answer))
            .toString());
  }

  /** A judge that looks for the answer, whatever letter it has. */
  public Script chooses(String step, String answer) {
    words.put(
        step,
        messages ->
            messages
                .get(messages.size() - 1)
                .content()
                .lines()
                .filter(line -> line.matches("answer [A-Z]: " + answer))
                .map(line -> "{\"reason\":\"r\",\"choice\":\"" + line.charAt(7) + "\"}")
                .findFirst()
                .orElse("no such answer"));
    return this;
  }

  @Override
  public @Nullable String answer(StepSpec step, List<ChatMessage> messages) {
    heard.put(step.id(), messages);
    asked.put(step.id(), step);
    String id = step.id().replaceAll("/repair\\d$", "");
    if (words.containsKey(id)) {
      return words.get(id).apply(messages);
    }
    return switch (id.replaceAll("\\d", "")) {
      case "first/debater" -> answer("7", "0.5");
      case "verdict/judge" -> "{\"reason\":\"r\",\"choice\":\"A\"}";
      case "verdict/guard" -> "{\"analysis\":\"fine\",\"errorFound\":false}";
      case "round/settled" -> "{\"reason\":\"r\",\"settled\":false}";
      default -> "{\"reasoning\":\"I checked\",\"keep\":true,\"confidence\":0.6}";
    };
  }

  /** All that was said to the model of a step. */
  public String heard(String step) {
    StringBuilder all = new StringBuilder();
    heard.getOrDefault(step, List.of()).forEach(one -> all.append(one.content()).append('\n'));
    return all.toString();
  }

  public StepSpec asked(String step) {
    StepSpec spec = asked.get(step);
    if (spec == null) {
      throw new AssertionError(step + " was not asked; asked: " + asked.keySet());
    }
    return spec;
  }
}
