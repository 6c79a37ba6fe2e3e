package io.llmcluster.core.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/**
 * A real FerretDB process that keeps its data in a folder and its port over restarts. It can be
 * killed, and shows that nothing acknowledged is lost. It cannot show what needs a large journal
 * (each query reads all of it), that events are really deleted ({@code $max} in {@code $group} is
 * not known to it), or that old entries expire.
 */
public final class FerretDb implements AutoCloseable {

  private static final String VARIABLE = "LLM_CLUSTER_TEST_FERRETDB";

  private final String program;
  private final Path folder;
  private final int port;
  private Process process;

  private FerretDb(String program, Path folder, int port) throws IOException {
    this.program = program;
    this.folder = folder;
    this.port = port;
    this.process = run();
  }

  /** Whether there is such a program. */
  public static boolean isHere() {
    return !System.getenv().getOrDefault(VARIABLE, "").isBlank();
  }

  /** Starts it; skips the test, and says so, where there is no such program. */
  public static FerretDb start(Path folder) throws IOException {
    Assumptions.assumeTrue(
        isHere(), VARIABLE + " is not set (scripts/test sets it where it can be had)");
    return new FerretDb(System.getenv(VARIABLE), folder, FreePort.find());
  }

  private Process run() throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            List.of(
                program,
                "--handler=sqlite",
                "--sqlite-url=file:" + Files.createDirectories(folder.resolve("data")) + "/",
                "--listen-addr=127.0.0.1:" + port,
                "--debug-addr=-",
                "--state-dir=" + folder,
                "--log-level=ERROR"));
    builder.environment().put("FERRETDB_TELEMETRY", "disable");
    builder.redirectErrorStream(true).redirectOutput(folder.resolve("log").toFile());
    Process started = builder.start();
    Runtime.getRuntime().addShutdownHook(new Thread(started::destroyForcibly));
    return started;
  }

  public String uri() {
    return "mongodb://127.0.0.1:" + port;
  }

  /** {@code kill -9}. */
  public void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  public void startAgain() throws IOException {
    process = run();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
