package io.llmcluster.core.storage;

import com.typesafe.config.ConfigFactory;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A process that writes as fast as it can and prints what was acknowledged, until it is killed. Its
 * arguments are settings, and last the start of its counters' ids.
 */
final class WriterProcess implements AutoCloseable {

  private final Process process;
  private final Map<String, Integer> acknowledged = new ConcurrentHashMap<>();
  private final List<String> lines = java.util.Collections.synchronizedList(new ArrayList<>());
  private final Thread reader;

  private WriterProcess(Process process) {
    this.process = process;
    this.reader = new Thread(this::read, "writer-output");
    reader.setDaemon(true);
    reader.start();
  }

  static WriterProcess start(String prefix, String... settings) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(WriterProcess.class.getName());
    command.addAll(List.of(settings));
    command.add(prefix);
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    return new WriterProcess(process);
  }

  private void read() {
    try (BufferedReader output =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        String[] words = line.split(" ");
        if (words.length == 3 && words[0].equals("ACK")) {
          acknowledged.merge(words[1], Integer.parseInt(words[2]), Math::max);
        } else {
          lines.add(line);
        }
      }
    } catch (IOException ended) {
      lines.add(ended.toString());
    }
  }

  /** Counter to the number of its events that it was told are stored. */
  Map<String, Integer> acknowledged() {
    return acknowledged;
  }

  int total() {
    return acknowledged.values().stream().mapToInt(Integer::intValue).sum();
  }

  /** What else it has printed. */
  String output() {
    return String.join("\n", lines);
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** {@code kill -9}, and what it had printed by then. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
    reader.join();
  }

  int exitCode() throws InterruptedException {
    int code = process.waitFor();
    reader.join();
    return code;
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  /** The process itself. */
  public static void main(String[] args) {
    String settings = String.join("\n", List.of(args).subList(0, args.length - 1));
    Store store =
        StorageSettings.create(
                ConfigFactory.parseString(settings).withFallback(ConfigFactory.load()))
            .store();
    TestSystem system;
    try {
      system = TestSystem.start(store);
    } catch (RuntimeException failure) {
      System.out.println("REFUSED " + failure.getMessage());
      System.exit(1);
      return;
    }
    Writers.start(
        system,
        args[args.length - 1],
        TestSystem.PATIENCE,
        (id, events) -> System.out.println("ACK " + id + " " + events));
  }
}
