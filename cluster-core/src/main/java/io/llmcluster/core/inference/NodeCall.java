package io.llmcluster.core.inference;

import io.llmcluster.core.directory.NodeEntry;
import io.llmcluster.core.node.WireBytes;
import io.llmcluster.core.protocol.InferReply;
import io.llmcluster.core.protocol.InferRequest;
import io.llmcluster.core.stream.ByteBudget;
import io.llmcluster.core.stream.Folded;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.NotUsed;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.KillSwitches;
import org.apache.pekko.stream.UniqueKillSwitch;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;

/**
 * A call of one node under way. It keeps nothing of the request: its body may be large, and an
 * answer long.
 *
 * @param <R> what its begin, or all of it, is
 * @param reply fails as the call does
 * @param cancel gives the call up; does nothing once it is over
 */
record NodeCall<R>(CompletionStage<R> reply, Runnable cancel) {

  /** For an answer that is gathered whole; fails if other answers leave it no room. */
  static NodeCall<WholeReply> whole(
      ClusterInference inference, NodeEntry node, InferenceRequest request, long slot) {
    ByteBudget.Share memory = inference.settings.answers().share();
    Pair<UniqueKillSwitch, CompletionStage<WholeReply>> running =
        replies(inference, node, request, slot)
            .map(reply -> taken(memory, reply))
            .viaMat(KillSwitches.single(), Keep.right())
            .toMat(Folded.sink(WholeReply.none(memory), WholeReply::and), Keep.both())
            .run(inference.materializer);
    String name = node.name();
    return new NodeCall<>(
        running
            .second()
            .whenComplete(
                (whole, failure) -> {
                  inference.ends(name);
                  if (failure != null) {
                    memory.release();
                  }
                }),
        givingUp(inference, node, request, running.first()::shutdown));
  }

  private static InferReply taken(ByteBudget.Share memory, InferReply reply) {
    if (!memory.grow(reply.getChunk().size())) {
      throw CallStatus.NO_ROOM_FOR_ANSWER.asRuntimeException();
    }
    return reply;
  }

  /** For an answer that is passed on as it comes; empty if there was an end and no head. */
  static NodeCall<Optional<StreamedReply.Begun>> streamed(
      ClusterInference inference, NodeEntry node, InferenceRequest request, long slot) {
    String name = node.name();
    StreamedReply.Running running =
        replies(inference, node, request, slot)
            .runWith(
                Sink.fromGraph(
                    new StreamedReply(
                        failure -> InferenceFailure.ofNode(name, failure),
                        () -> inference.ends(name))),
                inference.materializer);
    return new NodeCall<>(running.begun(), givingUp(inference, node, request, running.cancel()));
  }

  private static Runnable givingUp(
      ClusterInference inference, NodeEntry node, InferenceRequest request, Runnable cancel) {
    int bytes = request.body().length();
    return () -> {
      cancel.run();
      inference.clients.gaveUp(node, bytes);
    };
  }

  private static Source<InferReply, NotUsed> replies(
      ClusterInference inference, NodeEntry node, InferenceRequest request, long slot) {
    try {
      return inference.clients.serviceOf(node).infer(message(node, request, slot));
    } catch (RuntimeException failure) {
      return Source.failed(failure); // so that it ends as every failed call does
    }
  }

  private static InferRequest message(NodeEntry node, InferenceRequest request, long slot) {
    return InferRequest.newBuilder()
        .setNode(node.name())
        .setRequestId(request.id())
        .setOperation(request.operation())
        .setModel(request.model())
        .setStream(request.stream())
        .setBody(WireBytes.toProtobuf(request.body()))
        .setSlot(slot)
        .setRefuseWhenBusy(true)
        .build();
  }
}
