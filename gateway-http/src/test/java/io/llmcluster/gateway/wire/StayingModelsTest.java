package io.llmcluster.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.llmcluster.core.directory.BackendKind;
import io.llmcluster.core.directory.DirectoryView;
import io.llmcluster.core.directory.Hardware;
import io.llmcluster.core.directory.InstalledModel;
import io.llmcluster.core.directory.LoadedModel;
import io.llmcluster.core.directory.ModelDetails;
import io.llmcluster.core.directory.NodeEntry;
import io.llmcluster.core.directory.NodeHealth;
import io.llmcluster.core.directory.NodeSpec;
import java.util.List;
import java.util.Map;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class StayingModelsTest {

  private static final ActorTestKit KIT = ActorTestKit.create();

  @AfterAll
  static void stopSystem() {
    KIT.shutdownTestKit();
  }

  private static NodeEntry node(
      String name, List<InstalledModel> installed, List<LoadedModel> loaded) {
    return new NodeEntry(
        new NodeSpec(name, "127.0.0.1", 1, "", "", List.of(), BackendKind.OLLAMA, 0),
        1,
        name,
        "127.0.0.1",
        1,
        KIT.<io.llmcluster.core.directory.SlotCommand>createTestProbe().ref(),
        Hardware.UNKNOWN,
        NodeHealth.UP,
        "",
        "",
        installed,
        loaded,
        Map.of());
  }

  private static JsonNode models(ByteString listing) throws Exception {
    return new ObjectMapper().readTree(listing.utf8String()).path("models");
  }

  @Test
  void a_loaded_model_that_stays_outlives_the_others() throws Exception {
    LoadedModel expires = new LoadedModel("a:latest", 1, 0, 0, "2030-01-01T00:00:00Z");
    LoadedModel stays = new LoadedModel("m:latest", 1, 0, 0, "");
    LoadedModel clash = new LoadedModel("m:latest", 2, 0, 0, "2030-01-01T00:00:00Z");
    DirectoryView view =
        DirectoryView.of(
            List.of(),
            List.of(),
            List.of(
                node("one", List.of(), List.of(expires, stays)),
                node("two", List.of(), List.of(clash))));
    JsonNode models = models(Listings.ps(view));
    assertThat(models.findValuesAsText("name")).containsExactly("m:latest", "a:latest");
    assertThat(models.path(0).path("size").asInt()).isEqualTo(1);
    assertThat(models.path(0).path("expires_at").asText()).startsWith("2318-");
  }

  @Test
  void a_stub_says_what_it_stands_for_and_others_do_not() throws Exception {
    InstalledModel stub =
        new InstalledModel("a:cloud", "", 1, "d", ModelDetails.UNKNOWN, List.of(), "a", "h");
    InstalledModel own =
        new InstalledModel("b:latest", "", 1, "d", ModelDetails.UNKNOWN, List.of(), "", "");
    DirectoryView view =
        DirectoryView.of(List.of(), List.of(), List.of(node("one", List.of(stub, own), List.of())));
    JsonNode models = models(Listings.tags(view, List.of()));
    assertThat(models.path(0).path("remote_model").asText()).isEqualTo("a");
    assertThat(models.path(0).path("remote_host").asText()).isEqualTo("h");
    assertThat(models.path(1).has("remote_model")).isFalse();
  }
}
