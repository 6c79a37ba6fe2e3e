package io.llmcluster.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmcluster.core.storage.Store;
import io.llmcluster.core.storage.StoreServer;
import io.llmcluster.testkit.MemberProcess;
import io.llmcluster.testkit.OfficialClient;
import io.llmcluster.testkit.StandIn;
import io.llmcluster.testkit.Testbed;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The official Node.js clients, with a new base URL and nothing else. */
class OfficialClientsIT {

  @Test
  void ollama_js_generates_chats_streams_aborts_embeds_and_understands_errors() throws Exception {
    passes("ollama.test.mjs");
  }

  @Test
  void openai_js_completes_streams_aborts_embeds_and_understands_errors() throws Exception {
    passes("openai.test.mjs");
  }

  /** On two members, of which the one that is asked is not the one with the node. */
  @Test
  void both_list_patterns_as_models_and_chat_with_them_and_an_abort_cancels_the_workflow(
      @TempDir Path folder) throws Exception {
    Testbed.clients();
    String data = "data-dir=\"" + folder + "\"";
    try (StandIn backend = StandIn.start("a").answers(150, Duration.ofMillis(10));
        StoreServer store = StoreServer.start(new Store.OwnFile(folder.resolve("store")));
        MemberProcess first =
            MemberProcess.start("nodes=[" + backend.node(4) + "]", server(store), data);
        MemberProcess second = MemberProcess.start(first.joins(), server(store), data)) {
      Awaitility.await()
          .until(() -> second.gateway().node("a").path("health").asText().equals("up"));
      assertThat(OfficialClient.run("patterns.test.mjs", second.gateway(), "m"))
          .contains("# fail 0");
    }
  }

  private static String server(StoreServer store) {
    return "storage.server=\"" + store.address() + "\"";
  }

  private static void passes(String file) throws Exception {
    Testbed.clients();
    try (StandIn backend = StandIn.start("a").answers(40, Duration.ofMillis(10));
        MemberProcess member = MemberProcess.start("nodes=[" + backend.node(4) + "]")) {
      assertThat(OfficialClient.run(file, member.gateway(), "m")).contains("# fail 0");
      assertThat(backend.received).hasPositiveValue();
    }
  }
}
