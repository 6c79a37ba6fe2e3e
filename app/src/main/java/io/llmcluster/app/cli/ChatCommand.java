package io.llmcluster.app.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
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
    return talk(
        gateway.client(),
        Console.of(spec),
        new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset())));
  }

  /** Answers all lines of the input; the exit code: 1 if an answer failed. */
  int talk(GatewayClient client, Console console, BufferedReader input)
      throws IOException, InterruptedException {
    ArrayNode messages = GatewayClient.JSON.createArrayNode();
    if (system != null) {
      messages.addObject().put("role", "system").put("content", system);
    }
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

  /** False if there is none, or none to its end; then the question is taken back as well. */
  private boolean answer(GatewayClient client, ArrayNode messages, Console console)
      throws InterruptedException {
    ObjectNode request = GatewayClient.JSON.createObjectNode().put("model", model);
    request.set("messages", messages);
    StringBuilder text = new StringBuilder();
    String error = "the answer broke off";
    boolean done = false;
    try (Stream<String> lines = client.post("/api/chat", request)) {
      for (Iterator<String> each = lines.iterator(); !done && each.hasNext(); ) {
        JsonNode line = GatewayClient.JSON.readTree(each.next());
        if (line.has("error")) {
          error = line.path("error").asText();
          break;
        }
        String piece = line.path("message").path("content").asText();
        text.append(piece);
        console.out().print(PlainText.lines(piece));
        console.out().flush();
        done = line.path("done").asBoolean();
      }
    } catch (UncheckedIOException | JsonProcessingException broken) {
      // the connection was lost, perhaps in the middle of a line
    }
    console.say("");
    if (!done) {
      console.error(error);
      messages.remove(messages.size() - 1);
      return false;
    }
    messages.addObject().put("role", "assistant").put("content", text.toString());
    return true;
  }
}
