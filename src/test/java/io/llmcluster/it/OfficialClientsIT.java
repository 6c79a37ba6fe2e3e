package io.llmcluster.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmcluster.testkit.MemberProcess;
import io.llmcluster.testkit.OfficialClient;
import io.llmcluster.testkit.StandIn;
import io.llmcluster.testkit.Testbed;
import java.time.Duration;
import org.junit.jupiter.api.Test;

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

  private static void passes(String file) throws Exception {
    Testbed.clients();
    try (StandIn backend = StandIn.start("a").answers(40, Duration.ofMillis(10));
        MemberProcess member = MemberProcess.start("nodes=[" + backend.node(4) + "]")) {
      assertThat(OfficialClient.run(file, member.gateway(), "m")).contains("# fail 0");
      assertThat(backend.received).hasPositiveValue();
    }
  }
}
