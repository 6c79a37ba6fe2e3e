package io.llmcluster.app.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.util.Iterator;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code chat}: a conversation in the terminal; with piped input, one answer per line. */
@Command(
    name = "chat",
    mixinStandardHelpOptions = true,
    description = "Talks to a model of a running cluster; /bye or end of input leaves.")
public final class ChatCommand implements Callable<Integer> {

  @Spec private @Nullable CommandSpec spec;
  @Mixin private GatewayOption gateway = new GatewayOption();

  @Parameters(paramLabel = "MODEL", description = "Name of the model.")
  private String model = "";

  @Option(names = "--system", paramLabel = "TEXT", description = "System prompt.")
  private @Nullable String system;

  @Override
  public Integer call() throws Exception {
    Console console = Console.of(spec);
    GatewayClient client = gateway.client();
    ArrayNode messages = GatewayClient.JSON.createArrayNode();
    if (system != null) {
      messages.addObject().put("role", "system").put("content", system);
    }
    BufferedReader input =
        new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset()));
    boolean failed = false;
    for (String line = prompt(console, input);
        line != null && !line.strip().equals("/bye");
        line = prompt(console, input)) {
      if (!line.isBlank()) {
        messages.addObject().put("role", "user").put("content", line);
        failed |= !answer(client, messages, console);
      }
    }
    return failed ? 1 : 0;
  }

  private static @Nullable String prompt(Console console, BufferedReader input) throws IOException {
    if (console.terminal()) {
      console.out().print(">>> ");
      console.out().flush();
    }
    return input.readLine();
  }

  private boolean answer(GatewayClient client, ArrayNode messages, Console console)
      throws InterruptedException, JsonProcessingException {
    ObjectNode request = GatewayClient.JSON.createObjectNode().put("model", model);
    request.set("messages", messages);
    StringBuilder text = new StringBuilder();
    try (Stream<String> lines = client.post("/api/chat", request)) {
      for (Iterator<String> each = lines.iterator(); each.hasNext(); ) {
        JsonNode line = GatewayClient.JSON.readTree(each.next());
        if (line.has("error")) {
          console.out().println();
          console.error(line.path("error").asText());
          messages.remove(messages.size() - 1);
          return false;
        }
        String piece = line.path("message").path("content").asText();
        text.append(piece);
        console.out().print(PlainText.lines(piece));
        console.out().flush();
      }
    }
    console.say("");
    messages.addObject().put("role", "assistant").put("content", text.toString());
    return true;
  }
}
