package io.llmcluster.testkit;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** One process of the program, started from the distribution as the start script does it. */
public final class MemberProcess implements AutoCloseable {

  private static final Path ROOT = Path.of(System.getProperty("llmcluster.root", "..")).normalize();
  private static final Pattern READY =
      Pattern.compile("ready: gateway=(\\S+) node=(\\S+) cluster=(\\S+)");

  private static final Pattern MEMBER =
      Pattern.compile("member \\d+ \\(pid \\d+\\): (http://\\S+)");

  private static final Path FOLDER = Path.of("target", "members");

  /** So that a test never finds an Ollama that happens to run here. */
  private static final String NO_OLLAMA = "http://127.0.0.1:9";

  private final Process process;
  private final Path output;
  private String gateway = "";
  private String node = "";
  private String cluster = "";

  private MemberProcess(Process process, Path output) {
    this.process = process;
    this.output = output;
  }

  private static final Path LIB = ROOT.resolve("app/target/dist/lib");

  /** What most tests run on: several members share a machine. */
  private static final class Small {

    private static final List<String> FLAGS =
        List.of("-XX:+UseParallelGC", "-Xmx384m", "-XX:TieredStopAtLevel=1");
    private static final List<String> WITH_ARCHIVE = and(archive());

    private static List<String> and(List<String> more) {
      return Stream.concat(FLAGS.stream(), more.stream()).toList();
    }

    private static List<String> archive() {
      try {
        return new ClassArchive(Files.createDirectories(FOLDER), LIB).flags(Small::runOnce);
      } catch (IOException failure) {
        throw new IllegalStateException(failure);
      }
    }

    private static void runOnce(List<String> more) {
      try (MemberProcess member =
          start(and(more), "nodes=[{name=demo,host=localhost,port=1,backend=demo}]")) {
        member.terminate();
        member.exitCode();
      } catch (InterruptedException stop) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(stop);
      }
    }
  }

  /** Starts the program and returns at once. */
  public static MemberProcess launch(Map<String, String> environment, String... arguments) {
    return launch(List.of(), Small.WITH_ARCHIVE, environment, arguments);
  }

  /**
   * The same, started by another program.
   *
   * @param prefix a command that becomes the command which follows it
   */
  static MemberProcess launchBy(
      List<String> prefix, Map<String, String> environment, String... arguments) {
    return launch(prefix, Small.WITH_ARCHIVE, environment, arguments);
  }

  private static MemberProcess launch(
      List<String> prefix,
      List<String> flags,
      Map<String, String> environment,
      String... arguments) {
    List<String> command = new ArrayList<>(prefix);
    command.add(java());
    command.addAll(flags);
    command.add("-Duser.home=" + newFolder()); // no test meets another's store
    command.addAll(List.of("-cp", LIB + File.separator + "*", "io.llmcluster.app.Main"));
    command.addAll(List.of(arguments));
    return launch(command, environment);
  }

  /**
   * Starts the program with a start script, on the JDK that the tests run on.
   *
   * @param flag for the JVM, besides those of the script; may be empty
   */
  public static MemberProcess launchWith(Path script, String flag, String... arguments) {
    List<String> command = new ArrayList<>(List.of("/bin/sh", script.toString()));
    command.addAll(List.of(arguments));
    return launch(
        command,
        Map.of(
            "LLM_CLUSTER_JAVA",
            java(),
            "LLM_CLUSTER_JAVA_OPTS",
            "-Duser.home=" + newFolder() + " " + flag,
            "LLAMA_BASE_URL",
            NO_OLLAMA));
  }

  private static String java() {
    return System.getProperty("llmcluster.java", System.getProperty("java.home") + "/bin/java");
  }

  private static MemberProcess launch(List<String> command, Map<String, String> environment) {
    try {
      Path output = Files.createTempFile(Files.createDirectories(FOLDER), "member-", ".log");
      ProcessBuilder builder =
          new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
      builder
          .environment()
          .keySet()
          .removeAll(
              List.of(
                  "PORT",
                  "LLAMA_BASE_URL",
                  "MONGODB_URI",
                  "QUEUE_CONCURRENCY",
                  "NODE_ENV",
                  "LLM_CLUSTER_CONFIG"));
      builder.environment().putAll(environment);
      MemberProcess member = new MemberProcess(builder.start(), output);
      Runtime.getRuntime().addShutdownHook(new Thread(member.process::destroyForcibly));
      return member;
    } catch (IOException failure) {
      throw new IllegalStateException(failure);
    }
  }

  /** Starts a member on free ports and waits until it is ready. */
  public static MemberProcess start(String... settings) {
    return start(Small.WITH_ARCHIVE, settings);
  }

  /** The same with the memory that the start script gives. */
  public static MemberProcess startAsInstalled(String... settings) {
    try {
      Matcher flags =
          Pattern.compile("(?m)^flags=\"(.*)\"$")
              .matcher(Files.readString(ROOT.resolve("llm-cluster")));
      if (!flags.find()) {
        throw new IllegalStateException("the start script has no line flags=\"...\"");
      }
      return start(List.of(flags.group(1).split(" ")), settings);
    } catch (IOException failure) {
      throw new IllegalStateException(failure);
    }
  }

  private static MemberProcess start(List<String> flags, String... settings) {
    List<String> arguments = new ArrayList<>(List.of("up"));
    for (String free : List.of("server.port=0", "node.port=0", "cluster.port=0")) {
      arguments.addAll(List.of("--set", free));
    }
    for (String setting : settings) {
      arguments.addAll(List.of("--set", setting));
    }
    return launch(
            List.of(),
            flags,
            Map.of("NODE_ENV", "production", "LLAMA_BASE_URL", NO_OLLAMA),
            arguments.toArray(String[]::new))
        .awaitReady();
  }

  /** A data folder that no other process uses. */
  public static Path newFolder() {
    try {
      return Files.createTempDirectory(Files.createDirectories(FOLDER), "data-").toAbsolutePath();
    } catch (IOException failure) {
      throw new IllegalStateException(failure);
    }
  }

  public MemberProcess awaitReady() {
    Awaitility.await("member ready: " + output)
        .atMost(60, TimeUnit.SECONDS)
        .pollInterval(50, TimeUnit.MILLISECONDS)
        .until(() -> READY.matcher(output()).find() || !process.isAlive());
    Matcher ready = READY.matcher(output());
    if (!ready.find()) {
      throw new IllegalStateException(
          "member ended with " + process.exitValue() + ":\n" + output());
    }
    gateway = ready.group(1);
    node = ready.group(2);
    cluster = ready.group(3);
    return this;
  }

  /** The gateways of all members of {@code up --members}, once all of them are there. */
  public List<Gateway> awaitMembers() {
    Awaitility.await("members ready: " + output)
        .atMost(120, TimeUnit.SECONDS)
        .until(() -> output().contains("Ctrl-C stops all of them") || !process.isAlive());
    List<Gateway> members =
        MEMBER.matcher(output()).results().map(found -> Gateway.at(found.group(1))).toList();
    if (members.isEmpty()) {
      throw new IllegalStateException("no members:\n" + output());
    }
    return members;
  }

  /** What it has printed so far. */
  public String output() {
    try {
      return Files.readString(output);
    } catch (IOException failure) {
      throw new IllegalStateException(failure);
    }
  }

  public Gateway gateway() {
    return new Gateway("http://" + gateway);
  }

  /** Where it serves gRPC. */
  public int nodePort() {
    return Integer.parseInt(node.substring(node.lastIndexOf(':') + 1));
  }

  /** {@code HOST:PORT} to join. */
  public String cluster() {
    return cluster;
  }

  public String joins() {
    return "cluster.seeds=[\"" + cluster + "\"]";
  }

  public long pid() {
    return process.pid();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** {@code kill -9}. */
  public void kill() {
    process.destroyForcibly();
  }

  /** {@code SIGTERM}. */
  public void terminate() {
    process.destroy();
  }

  /** Sends a signal by its name, for example {@code STOP}; to this process alone. */
  public void signal(String name) throws IOException, InterruptedException {
    signal(name, pid());
  }

  /** Sends a signal to processes, as a terminal does to all of a group. */
  public static void signal(String name, long... pids) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("kill", "-" + name));
    LongStream.of(pids).mapToObj(String::valueOf).forEach(command::add);
    int code = new ProcessBuilder(command).inheritIO().start().waitFor();
    if (code != 0) {
      throw new IllegalStateException(command + " ended with " + code);
    }
  }

  public int exitCode() throws InterruptedException {
    if (!process.waitFor(90, TimeUnit.SECONDS)) {
      throw new IllegalStateException("still running:\n" + output());
    }
    return process.exitValue();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
