package io.llmcluster.patterns.debate;

import com.fasterxml.jackson.databind.JsonNode;
import io.llmcluster.patterns.program.Prompt;
import io.llmcluster.patterns.program.Prompt.Item;
import io.llmcluster.patterns.program.StepSpec;
import io.llmcluster.patterns.request.CommonRequest;
import io.llmcluster.patterns.vote.Labels;
import io.llmcluster.patterns.vote.Seeded;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The model calls of a debate, named so that they are the same after every crash. */
public final class DebateSteps {

  private static final String ANSWER = "/answer";
  private static final String REASONING = "/reasoning";

  private final JsonNode request;
  private final DebateParams params;

  public DebateSteps(JsonNode request, DebateParams params) {
    this.request = request;
    this.params = params;
  }

  /** A debater's answer before it has seen any other. */
  public StepSpec first(int debater) {
    return debater("first/" + name(debater), debater, asked("debate/first"))
        .matching("debate-answer");
  }

  /**
   * What a debater says to the others' answers.
   *
   * @param own what it stands for; null: it has not answered yet
   * @param others what it sees
   */
  StepSpec critique(int round, int debater, @Nullable Position own, List<Position> others) {
    String id = "round" + round + "/" + name(debater);
    Prompt prompt =
        asked("debate/critique")
            .list("own", own == null ? List.of() : shown("", own))
            .list("others", anonymous(id, others));
    if (params.advocates()) {
      prompt = prompt.value(debater % 2 == 0 ? "advocate" : "critic", "yes");
    }
    if (params.agreementIntensity() != null) {
      prompt =
          prompt.value("agreement", String.valueOf(Math.round(params.agreementIntensity() * 100)));
    }
    return debater(id, debater, prompt).matching("debate-critique");
  }

  /** Whether one more round would help, by a judge that does not debate. */
  StepSpec settled(int round, List<Position> positions) {
    String id = "round" + round + "/settled";
    Prompt prompt = Prompt.of("debate/settled").list("candidates", anonymous(id, positions));
    return judge(id, "judge", prompt).matching("debate-settled");
  }

  /** The choice among answers, one position for each. */
  StepSpec verdict(List<Position> candidates) {
    Prompt prompt =
        Prompt.of("debate/judge")
            .list("candidates", anonymous(VERDICT, candidates))
            .value("labels", String.join(", ", verdictLabels(candidates).labels()));
    return judge(VERDICT, "judge", prompt).matching("debate-verdict");
  }

  private static final String VERDICT = "verdict/judge";

  /** Which step's answer stands behind which letter before the judge. */
  Labels verdictLabels(List<Position> candidates) {
    return labels(VERDICT, candidates);
  }

  /** What was wrong with the answer that the majority left. */
  StepSpec guard(Position earlier, Position later) {
    Prompt prompt =
        Prompt.of("debate/guard")
            .list("earlier", shown("", earlier))
            .list("later", shown("", later));
    return judge("verdict/guard", "guard", prompt).matching("debate-guard");
  }

  /** For people: debaters count from 1. */
  public static String name(int debater) {
    return "debater" + (debater + 1);
  }

  private Prompt asked(String template) {
    Prompt prompt = Prompt.of(template);
    return params.answers().isClosed()
        ? prompt.value("form", params.answers().instruction())
        : prompt;
  }

  private StepSpec debater(String id, int debater, Prompt prompt) {
    return StepSpec.of(
        id,
        "debater",
        name(debater),
        params.model(debater),
        prompt,
        CommonRequest.options(request, params.temperature(), Seeded.derive(params.seed(), id)));
  }

  private StepSpec judge(String id, String kind, Prompt prompt) {
    return StepSpec.of(
        id,
        kind,
        "judge",
        params.judge(),
        prompt,
        CommonRequest.options(request, 0, Seeded.derive(params.seed(), id)));
  }

  private Labels labels(String purpose, List<Position> positions) {
    return Labels.shuffled(
        params.seed(), purpose, positions.stream().map(Position::answerStep).toList());
  }

  private List<Item> anonymous(String purpose, List<Position> positions) {
    Labels labels = labels(purpose, positions);
    List<Item> items = new ArrayList<>();
    labels
        .ids()
        .forEach(
            (label, step) ->
                positions.stream()
                    .filter(one -> one.answerStep().equals(step))
                    .forEach(one -> items.addAll(shown(label, one))));
    return items;
  }

  /** The answer and the reasoning, which may stand in different outputs. */
  private static List<Item> shown(String label, Position position) {
    String end = label.isEmpty() ? "" : " " + label;
    return List.of(
        new Item("answer" + end, position.answerStep(), ANSWER),
        new Item("reasoning" + end, position.reasoningStep(), REASONING));
  }
}
