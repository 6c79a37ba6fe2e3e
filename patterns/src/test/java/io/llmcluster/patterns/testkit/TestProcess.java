package io.llmcluster.patterns.testkit;

import io.llmcluster.patterns.call.StepCalls;
import io.llmcluster.patterns.workflow.WorkflowActor;
import io.llmcluster.patterns.workflow.Workshop;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityContext;

/**
 * What a lost process takes with it: the workflows' actors, and the calls that they had under way.
 *
 * @param member where it runs
 * @param inference what its calls reach
 * @param calls under way
 * @param workshop of its workflows
 */
public record TestProcess(
    TestMember member, ScriptedInference inference, StepCalls calls, Workshop workshop) {

  /** Starts the actor of a workflow, as sharding would. */
  public TestWorkflow start(String id) {
    TestProbe<ClusterSharding.ShardCommand> shard =
        member.kit().createTestProbe(ClusterSharding.ShardCommand.class);
    return new TestWorkflow(
        member,
        id,
        member
            .kit()
            .spawn(
                WorkflowActor.create(
                    new EntityContext<>(WorkflowActor.KEY, id, shard.getRef()),
                    workshop,
                    member.woken()::add)),
        shard);
  }
}
