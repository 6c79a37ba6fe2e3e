package io.llmcluster.testkit;

import io.llmcluster.core.testkit.FreePort;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** A real Ollama on a free port, with the small model in a folder of its own. */
public final class RealOllama implements AutoCloseable {

  /** Its one model. */
  public static final String MODEL = "smollm2:135m";

  private final String name;
  private final int port;
  private final Process process;
  private final Map<String, String> environment;

  private RealOllama(String name, int port, Map<String, String> environment) throws IOException {
    this.name = name;
    this.port = port;
    this.environment = environment;
    this.process = run("serve");
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
  }

  /** Starts it and gives it the model; blocks until it can answer. */
  public static RealOllama start(String name) throws IOException, InterruptedException {
    Path folder = Path.of("target", "ollama", name).toAbsolutePath();
    Files.createDirectories(folder);
    int port = FreePort.find();
    RealOllama ollama =
        new RealOllama(
            name,
            port,
            Map.of(
                "OLLAMA_HOST",
                "127.0.0.1:" + port,
                "OLLAMA_MODELS",
                folder.resolve("models").toString(),
                "OLLAMA_NUM_PARALLEL",
                "2",
                "OLLAMA_NO_CLOUD",
                "1",
                "HOME",
                folder.toString()));
    ollama.awaitAnswer();
    ollama.create(folder.resolve("Modelfile"));
    return ollama;
  }

  private void awaitAnswer() {
    HttpClient http = HttpClient.newHttpClient();
    HttpRequest version =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/version")).build();
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .ignoreExceptions()
        .until(() -> http.send(version, HttpResponse.BodyHandlers.ofString()).statusCode() == 200);
  }

  private void create(Path modelfile) throws IOException, InterruptedException {
    Files.writeString(
        modelfile,
        "FROM " + Testbed.model() + "\nPARAMETER num_predict 64\nPARAMETER num_thread 1\n");
    Process create = run("create", MODEL, "-f", modelfile.toString());
    if (!create.waitFor(120, TimeUnit.SECONDS) || create.exitValue() != 0) {
      create.destroyForcibly();
      throw new IllegalStateException("ollama create failed");
    }
  }

  private Process run(String... arguments) throws IOException {
    List<String> command = new java.util.ArrayList<>(List.of(Testbed.ollama().toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
    builder.environment().putAll(environment);
    return builder.start();
  }

  /** An entry for {@code nodes}. */
  public String node() {
    return "{name:" + name + ",host:\"127.0.0.1\",port:" + port + ",concurrency:2}";
  }

  /** The same as a node that is spoken to by OpenAI's API only. */
  public String openAiNode() {
    return node().replace("{", "{backend:openai,");
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }
}
