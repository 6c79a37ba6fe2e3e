package io.llmcluster.patterns.workflow;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.patterns.program.Pattern;
import io.llmcluster.patterns.program.RefusedRequest;
import io.llmcluster.patterns.program.Run;
import io.llmcluster.patterns.program.Spent;
import io.llmcluster.patterns.request.CommonRequest;
import io.llmcluster.patterns.request.RequestChange;
import io.llmcluster.patterns.request.RequestHash;
import io.llmcluster.patterns.workflow.WorkflowState.Ended;
import io.llmcluster.patterns.workflow.WorkflowState.Live;
import io.llmcluster.patterns.workflow.Workshop.Past;
import org.jspecify.annotations.Nullable;

/** The first event of a workflow. */
final class Definitions {

  private Definitions() {}

  /**
   * @param pattern that is to run it
   */
  record Begun(WorkflowEvent event, Pattern pattern) {}

  /** For a request of a client; throws {@link RefusedRequest}. */
  static Begun of(
      String id, WorkflowCommand.Submit submit, Pattern pattern, Workshop workshop, long now) {
    ObjectNode prepared = seeded(id, pattern.prepare(submit.request(), workshop.cast().get()));
    return new Begun(
        new WorkflowEvent.WorkflowCreated(
            definition(
                pattern,
                prepared,
                submit.requestHash(),
                submit.tenant(),
                workshop,
                now,
                "",
                0,
                RequestChange.said(submit.request(), prepared)),
            prepared,
            now),
        pattern);
  }

  /**
   * For a fork: what of the parent's record holds for its request with some of it changed, see
   * {@link Inheritance}; throws {@link RefusedRequest}.
   */
  static Begun of(String id, WorkflowCommand.Fork fork, Past past, Workshop workshop, long now) {
    Definition parent;
    Run run;
    if (past.state() instanceof Live live) {
      parent = live.definition();
      run = live.run();
    } else if (past.state() instanceof Ended ended) {
      parent = ended.definition();
      run = ended.run();
    } else {
      throw new RefusedRequest("workflow '" + fork.parent() + "' has not begun there");
    }
    Pattern pattern =
        workshop
            .patterns()
            .find(parent.pattern(), parent.version())
            .orElseThrow(() -> new RefusedRequest("its pattern is not in this program any more"));
    ObjectNode prepared =
        seeded(
            id,
            ChangedRequest.prepared(
                run.request(), parent.said(), fork.changes(), pattern, workshop.cast().get()));
    Run inherited = Inheritance.of(run, prepared, pattern, isEnd(past));
    return new Begun(
        new WorkflowEvent.WorkflowForked(
            definition(
                pattern,
                prepared,
                hash(fork),
                parent.tenant(),
                workshop,
                now,
                fork.parent(),
                past.sequenceNr(),
                RequestChange.said(parent.said(), fork.changes(), prepared)),
            inherited,
            Spent.NOTHING,
            now),
        pattern);
  }

  /** Who says nothing about the seed has another one in each workflow. */
  private static ObjectNode seeded(String id, ObjectNode prepared) {
    return CommonRequest.hasSeed(prepared) ? prepared : prepared.put("seed", id.hashCode());
  }

  /** By which the same fork is known again. */
  static String hash(WorkflowCommand.Fork fork) {
    return "fork:" + fork.parent() + "@" + fork.sequenceNr() + ":" + RequestHash.of(fork.changes());
  }

  /** From the end of a parent, decisions are taken anew: they are what the fork wants different. */
  private static boolean isEnd(Past past) {
    return past.state() instanceof Ended;
  }

  private static Definition definition(
      Pattern pattern,
      ObjectNode prepared,
      String requestHash,
      String tenant,
      Workshop workshop,
      long now,
      String parent,
      long parentSequenceNr,
      @Nullable ObjectNode said) {
    return new Definition(
        pattern.name(),
        pattern.version(),
        workshop.patterns().hash(pattern.name(), pattern.version()),
        requestHash,
        tenant,
        pattern.estimate(prepared),
        CommonRequest.budget(prepared),
        now,
        parent,
        parentSequenceNr,
        said);
  }
}
