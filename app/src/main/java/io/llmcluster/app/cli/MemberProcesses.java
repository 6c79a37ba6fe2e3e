package io.llmcluster.app.cli;

import com.typesafe.config.Config;
import io.llmcluster.app.member.DataFolder;
import io.llmcluster.app.member.StartupException;
import io.llmcluster.app.nodes.NodeList;
import io.llmcluster.app.nodes.NodePlan;
import io.llmcluster.core.storage.StorageSettings;
import io.llmcluster.core.storage.Store;
import io.llmcluster.core.storage.StoreServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * {@code up --members N}: N processes of this program on this machine. The first takes the
 * configured ports, the others free ones; all bring the same nodes along, so any of them can stand
 * for any node. One that dies leaves the others serving, also when only one is left. The embedded
 * store is served to them by this process, so that none of them takes it along; when this process
 * dies, however, they end: without it they have no store, and nobody would stop them.
 */
final class MemberProcesses {

  static final int MOST = 16;

  private static final long START_SECONDS = 60;
  private static final long STOP_MINUTES = 10;

  private MemberProcesses() {}

  private record Child(Process process, CompletableFuture<String> ready) {

    /** Not by the process itself: that would close its output, and its last words were lost. */
    void tellToStop() {
      process.toHandle().destroy();
    }
  }

  static int run(
      Config config,
      ConfigOptions options,
      List<String> own,
      NodePlan plan,
      int members,
      Console console)
      throws IOException, InterruptedException {
    List<Child> children = new ArrayList<>();
    Optional<StoreServer> store = serveStore(config);
    AtomicBoolean stopping = new AtomicBoolean();
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> stop(children, store, stopping, console), "stop"));
    List<String> common = new ArrayList<>(options.asArguments());
    common.add(UpCommand.UNTIL_STDIN_CLOSES);
    own.forEach(line -> common.addAll(List.of("--set", line)));
    common.addAll(List.of("--set", "nodes=" + NodeList.write(plan.all())));
    store.ifPresent(
        server ->
            common.addAll(
                List.of("--set", "storage.server=" + ConfigOptions.quoted(server.address()))));
    try {
      Child first = start(1, common, console);
      children.add(first);
      String cluster = value(await(first), "cluster");
      List<String> others = new ArrayList<>(common);
      for (String free : List.of("server.port=0", "node.port=0", "cluster.port=0")) {
        others.addAll(List.of("--set", free));
      }
      others.addAll(List.of("--set", "cluster.seeds=[" + ConfigOptions.quoted(cluster) + "]"));
      for (int i = 2; i <= members; i++) {
        children.add(start(i, others, console));
      }
      for (Child child : children) {
        await(child);
      }
    } catch (StartupException failure) {
      stop(children, store, stopping, console);
      throw failure;
    }
    console.say("");
    for (int i = 0; i < children.size(); i++) {
      console.say(
          "member "
              + (i + 1)
              + " (pid "
              + children.get(i).process().pid()
              + "): http://"
              + value(await(children.get(i)), "gateway"));
    }
    console.say("Ctrl-C stops all of them.");
    for (Child child : children) {
      child.process().waitFor();
    }
    store.ifPresent(StoreServer::close);
    return stopping.get() ? 0 : 1;
  }

  /** A file has one user only, so this process is it, and serves the members. */
  private static Optional<StoreServer> serveStore(Config config) {
    StorageSettings storage = StorageSettings.create(config);
    if (!(storage.store() instanceof Store.OwnFile own)) {
      return Optional.empty();
    }
    DataFolder.prepare(storage.dataDir());
    return Optional.of(StoreServer.start(own));
  }

  private static Child start(int number, List<String> arguments, Console console)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    command.addAll(
        java.lang.management.ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
            .filter(argument -> !argument.startsWith("-agentlib"))
            .toList());
    command.addAll(List.of("-cp", System.getProperty("java.class.path", "")));
    command.addAll(List.of("io.llmcluster.app.Main", "up"));
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().remove(Console.TERMINAL);
    Process process = builder.start();
    CompletableFuture<String> ready = new CompletableFuture<>();
    StartErrors errors = StartErrors.follow(process, ready);
    Thread reader =
        new Thread(() -> follow(number, process, ready, errors, console), "member-" + number);
    reader.setDaemon(true);
    reader.start();
    return new Child(process, ready);
  }

  private static void follow(
      int number,
      Process process,
      CompletableFuture<String> ready,
      StartErrors errors,
      Console console) {
    try (BufferedReader lines =
        new BufferedReader(
            new java.io.InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!line.isBlank()) {
          console.say("[" + number + "] " + line);
        }
        if (line.startsWith(StartReport.READY)) {
          ready.complete(line);
        }
      }
    } catch (IOException ended) {
      // the process is gone; told below
    }
    if (!ready.isDone()) {
      ready.completeExceptionally(new StartupException(errors.why(number)));
    }
    console.say("[" + number + "] ended");
  }

  private static String await(Child child) throws InterruptedException {
    try {
      return child.ready().get(START_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException failure) {
      throw failure.getCause() instanceof StartupException why
          ? why
          : new StartupException("a member ended before it was ready");
    } catch (TimeoutException late) {
      throw new StartupException("a member was not ready within " + START_SECONDS + "s");
    }
  }

  private static String value(String line, String key) {
    for (String part : line.split(" ")) {
      if (part.startsWith(key + "=")) {
        return part.substring(key.length() + 1);
      }
    }
    return "";
  }

  private static void stop(
      List<Child> children, Optional<StoreServer> store, AtomicBoolean stopping, Console console) {
    if (!stopping.compareAndSet(false, true)) {
      return;
    }
    try {
      // The oldest that lives has the last word in the cluster: the others take their leave of it.
      List<Child> living = children.stream().filter(child -> child.process().isAlive()).toList();
      stopAll(living.subList(Math.min(1, living.size()), living.size()), console);
      stopAll(living, console);
      store.ifPresent(StoreServer::close);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static void stopAll(List<Child> children, Console console) throws InterruptedException {
    children.forEach(Child::tellToStop);
    for (Child child : children) {
      if (!child.process().waitFor(STOP_MINUTES, TimeUnit.MINUTES)) {
        console.error("member with pid " + child.process().pid() + " does not stop");
      }
    }
  }
}
