package io.llmcluster.patterns.testkit;

import io.llmcluster.patterns.testkit.ScriptedInference.Asked;
import io.llmcluster.patterns.workflow.WorkflowUpdate;
import java.util.List;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;

/**
 * A scripted run of something durable, which a {@link CrashMatrix} disturbs: of a workflow or of a
 * conversation. Its {@code toString} is how tables name it.
 */
public interface CrashRun {

  /** Its actor in a process, as sharding would start it: a new one, or one that goes on. */
  Entity start(TestProcess process, String id);

  /** The one that runs, as its process shows it, and its journal when it was last looked at. */
  interface Entity {

    String id();

    TestProbe<WorkflowUpdate> watch();

    /** Its actor leaves memory. */
    void stop();

    /** Makes the first write. */
    void begin();

    /** Reads the journal: what is asked from then on is answered from that. */
    void look();

    /** How many events are recorded. */
    int events();

    /** Calls that are recorded as under way. */
    int openCalls();

    /**
     * Makes the next write: a model says something, or a person, or the wait of a failed step is
     * over. What is done follows from what is recorded, so that it is the same in every process.
     *
     * @param open all calls that are under way, in the order in which they came
     */
    void act(List<Asked> open);

    /** Calls that this process found open when it began. */
    int lost();

    /** Calls that were begun again after a crash, as the journal tells it. */
    int reissued();

    /** What has more than one recorded result. */
    List<String> completedTwice();

    /** What a client sees in the end: texts and decisions; not what it cost. */
    String outcome();
  }
}
