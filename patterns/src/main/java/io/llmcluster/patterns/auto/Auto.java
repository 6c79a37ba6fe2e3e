package io.llmcluster.patterns.auto;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.patterns.debate.Debate;
import io.llmcluster.patterns.debate.DebateEstimate;
import io.llmcluster.patterns.debate.DebateRequest;
import io.llmcluster.patterns.debate.DebateView;
import io.llmcluster.patterns.debate.Ending;
import io.llmcluster.patterns.debate.Reserve;
import io.llmcluster.patterns.debate.Verdict;
import io.llmcluster.patterns.model.Cast;
import io.llmcluster.patterns.program.Decision;
import io.llmcluster.patterns.program.Estimate;
import io.llmcluster.patterns.program.Pattern;
import io.llmcluster.patterns.program.Plan;
import io.llmcluster.patterns.program.Run;
import java.util.List;
import java.util.Optional;

/**
 * One model, then a vote, then a debate, then a judge: each only if what came before it was not
 * sure or not at one. Every climb is a decision that says why and what it had cost until then.
 */
public final class Auto implements Pattern {

  /** Whose prompts and schemas the rungs are. */
  private final Debate debate = new Debate();

  @Override
  public String name() {
    return "auto";
  }

  @Override
  public int version() {
    return 1;
  }

  @Override
  public List<String> prompts() {
    return debate.prompts();
  }

  @Override
  public List<String> schemas() {
    return debate.schemas();
  }

  @Override
  public ObjectNode prepare(ObjectNode request, Cast cast) {
    ObjectNode out = DebateRequest.prepare(request, cast);
    for (String own : List.of("confidence", "ceiling")) {
      if (request.hasNonNull(own)) {
        out.set(own, request.get(own).deepCopy());
      }
    }
    AutoParams.of(out).writeTo(out);
    return out;
  }

  /**
   * Of the first rung, at which most runs end. The worst case, a debate with all its rounds and a
   * judge, is {@code worstCase} in the public view.
   */
  @Override
  public Estimate estimate(ObjectNode prepared) {
    return DebateEstimate.ofOneAnswer(prepared);
  }

  @Override
  public Plan next(Run run) {
    AutoParams params = AutoParams.of(run.request());
    Optional<Decision> verdict = run.decision(Verdict.ID);
    if (verdict.isPresent()) {
      return Ending.of(run, verdict.get(), params.debate().approve());
    }
    Ladder ladder = Ladder.of(run, params);
    Plan todo = ladder.todo();
    if (todo != null && !run.exhausted()) {
      return todo;
    }
    if (ladder.table().whateverThereIs().isEmpty()) {
      return Ending.withoutAnswers(run);
    }
    Verdict.By by = ladder.rung() == Rung.JUDGE ? Verdict.By.JUDGE : Verdict.By.VOTE;
    return Verdict.next(run, params.debate(), ladder.opening(), ladder.table(), by);
  }

  @Override
  public boolean wantsBudget(Decision decision) {
    return Reserve.isLacking(decision);
  }

  @Override
  public void describe(Run run, ObjectNode view) {
    AutoParams params = AutoParams.of(run.request());
    Ladder ladder = Ladder.of(run, params);
    view.put("rung", ladder.rung().word());
    ArrayNode climbs = view.putArray("climbs");
    run.decisions().values().stream().filter(Climb::isClimb).forEach(c -> climbs.add(c.detail()));
    Estimate worst = DebateEstimate.of(run.request(), params.debate());
    view.putObject("worstCase")
        .put("modelCalls", worst.modelCalls())
        .put("tokens", worst.tokens())
        .put("seconds", worst.seconds());
    DebateView.describe(run, params.debate(), ladder.rounds(), view);
  }
}
