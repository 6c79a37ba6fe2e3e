package io.llmcluster.patterns.ensemble;

import io.llmcluster.patterns.program.Prompt;
import io.llmcluster.patterns.program.Run;
import io.llmcluster.patterns.program.StepRecord;
import io.llmcluster.patterns.program.StepSpec;
import io.llmcluster.patterns.request.CommonRequest;
import io.llmcluster.patterns.vote.Confidence;
import io.llmcluster.patterns.vote.Labels;
import io.llmcluster.patterns.vote.Seeded;
import io.llmcluster.patterns.vote.Tally;
import io.llmcluster.patterns.vote.Vote;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A run as the rules look at it.
 *
 * @param params of its request
 * @param run what is recorded
 * @param candidates the first answers, begun or not
 */
record Scene(EnsembleParams params, Run run, List<StepSpec> candidates) {

  static Scene of(Run run) {
    EnsembleParams params = EnsembleParams.of(run.request());
    return new Scene(params, run, Candidates.specs(params, run.request()));
  }

  /** Candidates that have said something, in their order. */
  List<String> usable() {
    return candidates.stream().map(StepSpec::id).filter(this::hasText).toList();
  }

  boolean hasText(String step) {
    return run.output(step).filter(text -> !text.isBlank()).isPresent();
  }

  /** Candidates of which something may still come. */
  List<String> open() {
    return candidates.stream().map(StepSpec::id).filter(id -> !run.isOver(id)).toList();
  }

  /** Steps that have begun and not ended; after a decision nobody needs them. */
  List<String> running() {
    return run.steps(step -> !step.isOver()).stream().map(StepRecord::id).toList();
  }

  /** Candidates that say different things, the first of those that say the same. */
  List<String> distinct() {
    Map<String, String> byText = new LinkedHashMap<>();
    usable().forEach(id -> byText.putIfAbsent(run.output(id).orElse("").strip(), id));
    return List.copyOf(byText.values());
  }

  /** The normalised answer of a step; empty if none can be read. */
  Optional<String> reading(String step) {
    return run.output(step).flatMap(params.answers()::read);
  }

  /** What the candidates voted for, as heavy as the rule says. */
  List<Vote> votes() {
    return usable().stream().map(id -> new Vote(id, reading(id).orElse(""), weight(id))).toList();
  }

  private double weight(String candidate) {
    return params.rule() == Rule.WEIGHTED
        ? Confidence.weight(Confidence.read(run.output(candidate).orElse("")))
        : 1;
  }

  /** The first of these that gives this answer. */
  Optional<String> voterFor(String answer) {
    return usable().stream().filter(id -> reading(id).equals(Optional.of(answer))).findFirst();
  }

  /**
   * Which of these is taken when nobody who was asked says so: one with the answer that most give,
   * or the drawn one.
   */
  String fallback(List<String> among) {
    List<String> agreed =
        Tally.of(votes()).leaders().stream()
            .limit(1)
            .flatMap(one -> voterFor(one).stream())
            .toList();
    List<String> likely = agreed.stream().filter(among::contains).toList();
    return params.answers().isClosed() && !likely.isEmpty()
        ? likely.get(0)
        : Seeded.pick(params.seed(), "fallback", among);
  }

  /** Why a candidate failed, of the first that did. */
  String firstFailure() {
    return run.steps(step -> step.is(StepRecord.Status.FAILED)).stream()
        .findFirst()
        .map(step -> step.spec().model() + ": " + step.reason())
        .orElse("nothing but empty answers");
  }

  /** A step of a model that does not answer but judges the answers. */
  StepSpec judging(String id, String kind, String model, Prompt prompt) {
    return StepSpec.of(
        id,
        kind,
        kind + " " + model,
        model,
        prompt,
        CommonRequest.options(
            run.request(), params.judgeTemperature(), Seeded.derive(params.seed(), id)));
  }

  /** The answers under their labels, as a prompt shows them. */
  static List<Prompt.Item> items(Labels labels) {
    return labels.ids().entrySet().stream()
        .map(entry -> Prompt.Item.whole("Answer " + entry.getKey(), entry.getValue()))
        .toList();
  }

  Labels labels(String purpose, Collection<String> steps) {
    return Labels.shuffled(params.seed(), purpose, steps);
  }
}
