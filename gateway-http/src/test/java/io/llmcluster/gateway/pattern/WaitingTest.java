package io.llmcluster.gateway.pattern;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.llmcluster.core.testkit.TestStore;
import io.llmcluster.gateway.server.Cancellation;
import io.llmcluster.gateway.server.Exchange;
import io.llmcluster.gateway.testkit.Await;
import io.llmcluster.gateway.testkit.Client;
import io.llmcluster.gateway.testkit.PatternGateway;
import io.llmcluster.gateway.wire.WireException;
import io.llmcluster.patterns.workflow.WorkflowState;
import io.llmcluster.patterns.workflow.Workshop.Past;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Waiting for the end of a workflow. */
@Tag(TestStore.ON_MONGODB)
class WaitingTest {

  @Test
  void a_wait_ends_when_its_client_leaves(@TempDir Path folder) {
    try (PatternGateway gateway = PatternGateway.start(folder)) {
      gateway.models.speakFor("slow");
      String id = new Client(gateway.base).begin("{\"prompt\":\"why?\",\"models\":[\"slow\"]}");
      Cancellation client = new Cancellation();
      CompletionStage<Past> read =
          new WorkflowAnswers(gateway.workflows(), gateway.materializer())
              .read(new Exchange(HttpRequest.GET("/"), "request", client), id, Duration.ofHours(1));
      client.cancel();
      assertThat(Await.the(read).state()).isInstanceOf(WorkflowState.Live.class);
    }
  }

  @Test
  void what_was_erased_while_it_was_waited_for_is_not_found() {
    assertThatThrownBy(() -> WorkflowAnswers.known("wf-1", new Past(new WorkflowState.Absent(), 0)))
        .isInstanceOfSatisfying(
            WireException.class, refusal -> assertThat(refusal.status()).isEqualTo(404));
  }
}
