package io.llmcluster.patterns.debate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.patterns.model.Cast;
import io.llmcluster.patterns.program.Decision;
import io.llmcluster.patterns.program.Estimate;
import io.llmcluster.patterns.program.Pattern;
import io.llmcluster.patterns.program.Plan;
import io.llmcluster.patterns.program.Run;
import io.llmcluster.patterns.vote.AnswerForm;
import java.util.List;
import java.util.Optional;

/** Models answer alone, then criticise each other, if they are not at one already. */
public final class Debate implements Pattern {

  @Override
  public String name() {
    return "debate";
  }

  @Override
  public int version() {
    return 1;
  }

  @Override
  public List<String> prompts() {
    return List.of(
        "debate/first",
        "debate/critique",
        "debate/judge",
        "debate/guard",
        "debate/settled",
        "structured/repair",
        AnswerForm.PHRASES);
  }

  @Override
  public List<String> schemas() {
    return List.of(
        "debate-answer", "debate-critique", "debate-verdict", "debate-guard", "debate-settled");
  }

  @Override
  public ObjectNode prepare(ObjectNode request, Cast cast) {
    return DebateRequest.prepare(request, cast);
  }

  @Override
  public Estimate estimate(ObjectNode prepared) {
    return DebateEstimate.of(prepared, DebateParams.of(prepared));
  }

  @Override
  public Plan next(Run run) {
    DebateParams params = DebateParams.of(run.request());
    Optional<Decision> verdict = run.decision(Verdict.ID);
    if (verdict.isPresent()) {
      return Ending.of(run, verdict.get(), params.approve());
    }
    Course course = Course.of(run, params);
    if (course.todo() != null && !run.exhausted()) {
      return course.todo();
    }
    return course.table().whateverThereIs().isEmpty()
        ? Ending.withoutAnswers(run)
        : Verdict.next(
            run, params, course.opening().after(), course.table(), Verdict.By.VOTE_OR_JUDGE);
  }

  @Override
  public boolean wantsBudget(Decision decision) {
    return Reserve.isLacking(decision);
  }

  @Override
  public void describe(Run run, ObjectNode view) {
    DebateParams params = DebateParams.of(run.request());
    DebateView.describe(run, params, Course.of(run, params).rounds(), view);
  }
}
