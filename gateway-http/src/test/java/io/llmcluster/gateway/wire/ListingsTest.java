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
import io.llmcluster.core.directory.SlotCommand;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.pekko.actor.testkit.typed.javadsl.TestInbox;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;

class ListingsTest {

  private static final String EARLY = "2026-01-01T00:00:00Z";

  /** Later than it looks: 23:00 in UTC, where {@link #LATE} is 22:00. */
  private static final String LATEST = "2026-03-01T20:00:00-03:00";

  private static final String LATE = "2026-03-02T00:00:00+02:00";

  private static NodeEntry node(
      String name, NodeHealth health, List<InstalledModel> installed, List<LoadedModel> loaded) {
    return new NodeEntry(
        new NodeSpec(name, "127.0.0.1", 1, "", "", List.of(), BackendKind.OLLAMA, 0),
        1,
        "member",
        "127.0.0.1",
        1,
        TestInbox.<SlotCommand>create().getRef(),
        Hardware.UNKNOWN,
        health,
        "",
        "",
        installed,
        loaded,
        Map.of());
  }

  private static InstalledModel installed(String name, String modified) {
    return new InstalledModel(name, modified, 7, "d", ModelDetails.UNKNOWN, List.of(), "", "");
  }

  private static LoadedModel loaded(String name, long vram, String expires) {
    return new LoadedModel(name, 7, vram, 4096, expires);
  }

  private static DirectoryView view(NodeEntry... nodes) {
    return DirectoryView.of(List.of(), List.of(), List.of(nodes));
  }

  private static JsonNode parse(ByteString json) {
    try {
      return new ObjectMapper().readTree(json.utf8String());
    } catch (IOException broken) {
      throw new AssertionError(broken);
    }
  }

  @Test
  void tags_list_each_model_once_and_the_newest_first() {
    DirectoryView view =
        view(
            node(
                "n1",
                NodeHealth.UP,
                List.of(installed("old:latest", EARLY), installed("late:latest", LATE)),
                List.of()),
            node(
                "n2",
                NodeHealth.BUSY,
                List.of(installed("OLD", EARLY), installed("newest:latest", LATEST)),
                List.of()),
            node("n3", NodeHealth.DOWN, List.of(installed("gone:latest", LATEST)), List.of()));
    assertThat(parse(Listings.tags(view, List.of())).path("models").findValuesAsText("name"))
        .containsExactly("newest:latest", "late:latest", "old:latest");
    assertThat(parse(Listings.v1Models(view, List.of())).path("data").findValuesAsText("id"))
        .containsExactly("newest:latest", "late:latest", "old:latest");
  }

  @Test
  void a_time_that_cannot_be_read_is_the_oldest() {
    DirectoryView view =
        view(
            node(
                "n1",
                NodeHealth.UP,
                List.of(
                    installed("odd", "yesterday"), installed("none", ""), installed("m", EARLY)),
                List.of()));
    assertThat(parse(Listings.tags(view, List.of())).path("models").findValuesAsText("name"))
        .containsExactly("m", "none", "odd");
  }

  @Test
  void of_a_model_loaded_twice_ps_shows_the_one_that_lives_longest_and_that_model_first() {
    for (int turn = 0; turn < 2; turn++) {
      LoadedModel shorter = loaded("m:latest", 1, EARLY);
      LoadedModel longer = loaded("m:latest", 2, LATEST);
      DirectoryView view =
          view(
              node("n1", NodeHealth.UP, List.of(), List.of(turn == 0 ? shorter : longer)),
              node("n2", NodeHealth.UP, List.of(), List.of(turn == 0 ? longer : shorter)),
              node("n3", NodeHealth.UP, List.of(), List.of(loaded("other", 3, LATE))));
      JsonNode models = parse(Listings.ps(view)).path("models");
      assertThat(models.findValuesAsText("name")).containsExactly("m:latest", "other");
      assertThat(models.get(0).path("expires_at").asText()).isEqualTo(LATEST);
      assertThat(models.get(0).path("size_vram").asLong()).isEqualTo(2);
    }
  }

  /** Ollama's command line cuts twelve digits off each and ends in a panic without them. */
  @Test
  void a_model_whose_server_tells_no_digest_has_one_of_its_name_in_both_lists() {
    DirectoryView view =
        view(
            node(
                "n",
                NodeHealth.UP,
                List.of(installed("m:latest", EARLY)),
                List.of(loaded("M", 1, LATE), loaded("unlisted", 1, EARLY))));
    JsonNode tag = parse(Listings.tags(view, List.of())).path("models").path(0);
    assertThat(tag.path("digest").asText()).matches("[0-9a-f]{64}");
    JsonNode loaded = parse(Listings.ps(view)).path("models");
    assertThat(loaded.path(0).path("digest")).isEqualTo(tag.path("digest"));
    assertThat(loaded.path(1).path("digest").asText())
        .matches("[0-9a-f]{64}")
        .isNotEqualTo(tag.path("digest").asText());
    assertThat(loaded.path(1).path("details").isObject()).isTrue();
  }

  @Test
  void names_are_written_as_go_writes_them() {
    DirectoryView view =
        view(node("n", NodeHealth.UP, List.of(installed("a&b", EARLY)), List.of()));
    assertThat(Listings.tags(view, List.of()).utf8String()).contains("\"name\":\"a\\u0026b\"");
  }

  @Test
  void a_digest_that_is_told_stays() {
    String told = "0123456789abcdef".repeat(4);
    InstalledModel model =
        new InstalledModel("m", EARLY, 7, told, ModelDetails.UNKNOWN, List.of(), "", "");
    DirectoryView view =
        view(node("n", NodeHealth.UP, List.of(model), List.of(loaded("m", 1, LATE))));
    assertThat(parse(Listings.tags(view, List.of())).path("models").findValuesAsText("digest"))
        .containsExactly(told);
    assertThat(parse(Listings.ps(view)).path("models").findValuesAsText("digest"))
        .containsExactly(told);
  }

  @Test
  void without_models_lists_are_empty_but_for_openais_which_is_null() {
    DirectoryView nothing = view(node("n1", NodeHealth.UP, List.of(), List.of()));
    assertThat(Listings.tags(nothing, List.of()).utf8String()).isEqualTo("{\"models\":[]}");
    assertThat(Listings.ps(nothing).utf8String()).isEqualTo("{\"models\":[]}");
    assertThat(Listings.v1Models(nothing, List.of()).utf8String())
        .isEqualTo("{\"object\":\"list\",\"data\":null}");
  }

  @Test
  void one_model_is_found_by_any_spelling_and_keeps_the_askers() {
    DirectoryView view =
        view(node("n1", NodeHealth.UP, List.of(installed("Llama3:latest", EARLY)), List.of()));
    JsonNode model = parse(Listings.v1Model(view, List.of(), "llama3").orElseThrow());
    assertThat(model.path("id").asText()).isEqualTo("llama3");
    assertThat(model.path("created").asLong()).isEqualTo(1_767_225_600L);
    assertThat(Listings.v1Model(view, List.of(), "llama4")).isEmpty();
  }

  @Test
  void what_can_be_asked_like_a_model_stands_behind_all_models_and_not_without_one() {
    List<InstalledModel> more =
        List.of(installed("ensemble:latest", LATEST), installed("a", LATEST));
    DirectoryView view =
        view(node("n", NodeHealth.UP, List.of(installed("a:latest", EARLY)), List.of()));
    assertThat(parse(Listings.tags(view, more)).path("models").findValuesAsText("name"))
        .containsExactly("a:latest", "ensemble:latest");
    assertThat(parse(Listings.v1Models(view, more)).path("data").findValuesAsText("id"))
        .containsExactly("a:latest", "ensemble:latest");
    assertThat(Listings.v1Model(view, more, "ensemble")).isPresent();
    assertThat(parse(Listings.tags(view(), more)).path("models")).isEmpty();
  }
}
