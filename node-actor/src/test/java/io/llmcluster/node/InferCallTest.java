package io.llmcluster.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import com.typesafe.config.ConfigFactory;
import io.grpc.Status;
import io.llmcluster.core.inference.CallStatus;
import io.llmcluster.core.protocol.InferReply;
import io.llmcluster.core.protocol.InferRequest;
import io.llmcluster.node.backend.Backend;
import io.llmcluster.node.backend.BackendRequest;
import java.lang.ref.WeakReference;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.Done;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.stream.KillSwitches;
import org.apache.pekko.stream.UniqueKillSwitch;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.Sink;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** A call of a backend that does not answer. */
class InferCallTest {

  private static final ActorTestKit KIT =
      ActorTestKit.create(
          ConfigFactory.parseString("pekko.actor.provider = local")
              .withFallback(ConfigFactory.load()));

  private final TestProbe<NodeActor.Command> node = KIT.createTestProbe();
  private final CompletableFuture<CompletionStage<Done>> cancelled = new CompletableFuture<>();

  /** It keeps nothing of its request but how it is given up. */
  private final Backend silent =
      (Backend)
          Proxy.newProxyInstance(
              Backend.class.getClassLoader(),
              new Class<?>[] {Backend.class},
              (self, method, arguments) -> {
                cancelled.complete(((BackendRequest) arguments[0]).cancelled());
                return new CompletableFuture<>();
              });

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  private void grant() {
    node.expectMessageClass(NodeActor.Acquire.class)
        .reply()
        .accept(new NodeActor.Acquired.Granted(5, silent));
  }

  private CompletionStage<Done> run(InferRequest request) {
    return new InferCall(node.ref(), request).replies().runWith(Sink.ignore(), KIT.system());
  }

  private static Status statusOf(CompletionStage<?> call) {
    return call.handle((done, failure) -> CallStatus.of(failure))
        .toCompletableFuture()
        .orTimeout(3, TimeUnit.SECONDS)
        .join();
  }

  @Test
  void a_call_whose_deadline_passes_is_given_up_and_its_node_is_not_to_blame() {
    CompletionStage<Done> call = run(InferRequest.newBuilder().setDeadlineMillis(50).build());
    grant();
    assertThat(statusOf(call).getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
    NodeActor.Release release = node.expectMessageClass(NodeActor.Release.class);
    assertThat(release.slot()).isEqualTo(5);
    assertThat(release.outcome().verdict()).isEqualTo(CallOutcome.Verdict.OVERDUE);
    assertThat(cancelled.join()).isDone();
  }

  @Test
  void a_call_whose_deadline_passes_while_it_waits_leaves() {
    CompletionStage<Done> call = run(InferRequest.newBuilder().setDeadlineMillis(50).build());
    node.expectMessageClass(NodeActor.Acquire.class);
    assertThat(statusOf(call).getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
    node.expectMessageClass(NodeActor.Leave.class);
  }

  private record Running(UniqueKillSwitch end, WeakReference<ByteString> body) {}

  private Running runWithBody() {
    ByteString body = ByteString.copyFrom(new byte[1_000_000]);
    InferCall call = new InferCall(node.ref(), InferRequest.newBuilder().setBody(body).build());
    UniqueKillSwitch end =
        call.replies()
            .viaMat(KillSwitches.<InferReply>single(), Keep.right())
            .to(Sink.ignore())
            .run(KIT.system());
    return new Running(end, new WeakReference<>(body));
  }

  @Test
  void a_request_s_body_is_not_held_once_the_backend_has_it() {
    Running running = runWithBody();
    grant();
    cancelled.orTimeout(3, TimeUnit.SECONDS).join();
    await()
        .atMost(Duration.ofSeconds(10))
        .until(
            () -> {
              System.gc();
              return running.body().get() == null;
            });
    running.end().shutdown();
    node.expectMessageClass(NodeActor.Release.class);
  }
}
