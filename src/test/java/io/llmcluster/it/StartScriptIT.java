package io.llmcluster.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The start script in a checkout of its own, with JDKs and a Maven that only say what they were
 * asked: which of them it takes, and when it builds.
 */
@SuppressWarnings("NullAway.Init") // JUnit fills the folder in
class StartScriptIT {

  private static final List<String> MODULES =
      List.of("cluster-core", "node-actor", "patterns", "gateway-http", "app");

  /** Newer than any that a machine can have. */
  private static final int NEWEST = 9_000;

  private static final String BUILD =
      """
      echo '[INFO] Building llm-cluster-core 0.1.0 [1/2]'
      echo 'Downloaded from here: a library'
      echo '[INFO] Building app 0.1.0 [2/2]'
      mkdir -p "$(dirname "$0")/../a checkout/app/target/dist"
      """;

  @TempDir Path folder;
  private Path checkout;

  @BeforeEach
  void checkout() throws IOException {
    checkout = Files.createDirectory(folder.resolve("a checkout"));
    Path root = Path.of(System.getProperty("llmcluster.root", ".."));
    Files.copy(root.resolve("llm-cluster"), checkout.resolve("llm-cluster"));
    write("pom.xml");
    for (String module : MODULES) {
      write(module + "/pom.xml");
      write(module + "/src/main/Some.java");
    }
    program("bin/mvn", BUILD);
  }

  private void write(String file) throws IOException {
    Path path = checkout.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, "");
    // as in a clone of yesterday: the time of files is coarse
    touch(file, Instant.now().minusSeconds(86_400));
  }

  private void touch(String file, Instant time) throws IOException {
    Files.setLastModifiedTime(checkout.resolve(file), FileTime.from(time));
  }

  private Path program(String name, String script) throws IOException {
    Path program = folder.resolve(name);
    Files.createDirectories(program.getParent());
    Files.writeString(program, "#!/bin/sh\n" + script);
    assertThat(program.toFile().setExecutable(true)).isTrue();
    return program;
  }

  /** One that makes the archive of its classes and is ready until it is told to stop. */
  private Path jdk(String home, int version) throws IOException {
    String makes =
        """
        for flag; do case $flag in -XX:ArchiveClassesAtExit=*) echo classes >"${flag#*=}" ;; esac; done
        echo 'ready: gateway=here'
        exec sleep 60
        """;
    return jdk(home, version, makes);
  }

  /** One with a compiler; it says its version, and else with which arguments it was started. */
  private Path jdk(String home, int version, String asMember) throws IOException {
    program(home + "/bin/javac", "");
    return program(
        home + "/bin/java",
        """
        case "$*" in
          *-XshowSettings*) echo '    java.specification.version = VERSION' >&2 ;;
          *ArchiveClassesAtExit*)
            MEMBER
            ;;
          *) echo "java VERSION: $*" ;;
        esac
        """
            .replace("VERSION", String.valueOf(version))
            .replace("MEMBER", asMember));
  }

  private record Ended(int code, List<String> output) {

    String last() {
      return output.get(output.size() - 1);
    }
  }

  private Ended up(Map<String, String> environment) throws Exception {
    return run(environment, "up", "--port=1");
  }

  private Ended run(Map<String, String> environment, String... arguments) throws Exception {
    Process process = start(environment, arguments);
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Ended(process.waitFor(), output.lines().toList());
  }

  private Process start(Map<String, String> environment, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.addAll(List.of("/bin/sh", checkout.resolve("llm-cluster").toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    Map<String, String> all = builder.environment();
    all.keySet().removeAll(List.of("JAVA_HOME", "LLM_CLUSTER_JAVA", "LLM_CLUSTER_JAVA_OPTS"));
    all.put("HOME", folder.toString());
    all.put("PATH", folder.resolve("bin") + ":" + System.getenv("PATH"));
    all.putAll(environment);
    return builder.start();
  }

  @Test
  void the_newest_jdk_that_is_here_runs_the_program() throws Exception {
    jdk(".jdks/old", NEWEST - 1);
    jdk(".sdkman/candidates/java/new", NEWEST);
    Path home = folder.resolve("home");
    jdk("home", NEWEST - 2);
    Ended ended = up(Map.of("JAVA_HOME", home.toString()));
    assertThat(ended.last())
        .startsWith("java " + NEWEST + ": ")
        .endsWith(" io.llmcluster.app.Main up --port=1");
    assertThat(ended.code()).isZero();
  }

  @Test
  void a_jdk_that_was_named_is_taken_though_there_are_newer_ones() throws Exception {
    jdk(".jdks/new", NEWEST);
    Path named = jdk("named", 17);
    Ended ended = up(Map.of("LLM_CLUSTER_JAVA", named.toString()));
    assertThat(ended.last()).startsWith("java 17: ").doesNotContain("enable-native-access");
  }

  @Test
  void an_old_jdk_is_refused_by_its_version() throws Exception {
    Path old = jdk("old", 11);
    Ended ended = up(Map.of("LLM_CLUSTER_JAVA", old.toString()));
    assertThat(ended.output())
        .containsExactly("llm-cluster: Java 11 is too old (expected: 17 or newer; set JAVA_HOME)");
    assertThat(ended.code()).isEqualTo(1);
  }

  @Test
  @Timeout(60)
  void the_first_use_builds_and_shows_how_far_it_is_and_the_next_does_not() throws Exception {
    jdk(".jdks/new", NEWEST);
    Path seen = folder.resolve("seen");
    // which goes on until this test has seen it, or has gone with its folder
    String goesOn = "while [ -d " + folder + " ] && [ ! -f " + seen + " ]; do sleep 0.1; done\n";
    program("bin/mvn", BUILD + goesOn);
    try (BufferedReader lines =
        start(Map.of(), "up", "--port=1").inputReader(StandardCharsets.UTF_8)) {
      assertThat(lines.readLine())
          .isEqualTo("building (the first time, Maven fetches the libraries) ...");
      assertThat(lines.readLine()).matches(" +\\d+s  1 files fetched  module 2/2 app .*");
      Files.createFile(seen);
      assertThat(lines.readLine()).matches("built in \\d+s, 1 files fetched");
      assertThat(lines.readLine()).startsWith("preparing quick starts on Java " + NEWEST);
      assertThat(lines.readLine()).startsWith("java " + NEWEST);
    }
    assertThat(up(Map.of()).output()).singleElement().asString().startsWith("java ");
  }

  @Test
  void a_changed_source_is_built_again_and_the_archive_of_its_classes_made_anew() throws Exception {
    jdk(".jdks/new", NEWEST);
    up(Map.of());
    assertThat(up(Map.of()).output()).singleElement().asString().startsWith("java ");
    touch("gateway-http/src/main/Some.java", Instant.now().plusSeconds(60));
    assertThat(up(Map.of()).output())
        .satisfies(
            output -> {
              assertThat(output).element(0).asString().startsWith("building");
              assertThat(output).anyMatch(line -> line.startsWith("preparing quick starts"));
            });
  }

  @Test
  void the_archive_of_its_classes_is_made_before_the_first_member_and_used_from_then_on()
      throws Exception {
    jdk(".jdks/new", NEWEST);
    String used = "-XX:SharedArchiveFile=" + archive();
    assertThat(run(Map.of(), "status").last()).startsWith("java ").doesNotContain(used);
    assertThat(run(Map.of(), "up", "--help").last()).startsWith("java ").doesNotContain(used);
    assertThat(archive()).doesNotExist();
    assertThat(up(Map.of()).last()).startsWith("java ").contains(used);
    assertThat(archive()).hasContent("classes");
    assertThat(run(Map.of(), "status").output()).singleElement().asString().contains(used);
    assertThat(inDist()).containsExactly("built", "llm-cluster-9000.jsa");
  }

  @Test
  void an_archive_that_cannot_be_made_is_done_without_and_not_tried_again() throws Exception {
    jdk(".jdks/new", NEWEST, "echo 'unknown option' && exit 1");
    assertThat(up(Map.of()).last()).startsWith("java ").doesNotContain("SharedArchiveFile");
    assertThat(up(Map.of()).output())
        .singleElement()
        .asString()
        .startsWith("java ")
        .doesNotContain("SharedArchiveFile");
  }

  @Test
  void without_a_place_for_the_archive_the_program_starts_without() throws Exception {
    jdk(".jdks/new", NEWEST);
    program("bin/mktemp", "exit 1");
    assertThat(up(Map.of()).last()).startsWith("java ").doesNotContain("SharedArchiveFile");
  }

  /** A member that writes its archive when it ends, however it is asked to, as a JVM does. */
  private static String untilItIsTold(Path begun, Path ended) {
    return """
        for flag; do case $flag in -XX:ArchiveClassesAtExit=*) file=${flag#*=} ;; esac; done
        trap 'echo classes >"$file"; exit 143' TERM
        exec 4<&0
        cat <&4 >/dev/null &
        : >'BEGUN'
        wait $!
        : >'ENDED'
        """
        .replace("BEGUN", begun.toString())
        .replace("ENDED", ended.toString());
  }

  @Test
  @Timeout(60)
  void a_start_that_is_stopped_while_it_makes_the_archive_leaves_nothing() throws Exception {
    Path begun = folder.resolve("begun");
    jdk(".jdks/new", NEWEST, untilItIsTold(begun, folder.resolve("ended")));
    Process start = start(Map.of(), "up", "--port=1");
    Awaitility.await().until(() -> Files.exists(begun));
    start.destroy();
    assertThat(start.waitFor()).isEqualTo(130);
    assertThat(inDist()).containsExactly("built");
  }

  /** As by another start that builds meanwhile. */
  @Test
  @Timeout(60)
  void a_start_whose_half_made_archive_is_removed_goes_on_without() throws Exception {
    jdk(".jdks/new", NEWEST, "rm -r \"$(dirname \"$PWD\")\"; exec sleep 60");
    assertThat(up(Map.of()).last()).startsWith("java ").doesNotContain("SharedArchiveFile");
  }

  @Test
  @Timeout(60)
  void the_member_that_makes_the_archive_ends_with_a_start_that_is_killed() throws Exception {
    Path begun = folder.resolve("begun");
    Path ended = folder.resolve("ended");
    jdk(".jdks/new", NEWEST, untilItIsTold(begun, ended));
    Process start = start(Map.of(), "up", "--port=1");
    Awaitility.await().until(() -> Files.exists(begun));
    start.destroyForcibly().waitFor();
    Awaitility.await().until(() -> Files.exists(ended));
  }

  private List<String> inDist() throws IOException {
    try (Stream<Path> files = Files.list(archive().resolveSibling("."))) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private Path archive() {
    return checkout.resolve("app/target/dist/llm-cluster-" + NEWEST + ".jsa");
  }

  @Test
  void a_build_that_fails_is_one_line_with_mavens_word_and_the_next_use_tries_again()
      throws Exception {
    jdk(".jdks/new", NEWEST);
    program("bin/mvn", "echo '[ERROR] no route to the libraries'\nexit 1\n");
    Ended failed = up(Map.of());
    assertThat(failed.last())
        .startsWith("llm-cluster: the build failed: [ERROR] no route to the libraries (all of it: ")
        .endsWith("build.log)");
    assertThat(failed.code()).isEqualTo(1);
    program("bin/mvn", BUILD);
    assertThat(up(Map.of()).last()).startsWith("java ");
  }

  @Test
  void a_missing_maven_and_a_missing_compiler_are_named() throws Exception {
    Path java = jdk(".jdks/new", NEWEST);
    Map<String, String> without = new HashMap<>(Map.of("PATH", toolsWithoutMaven().toString()));
    Ended ended = up(without);
    assertThat(ended.output())
        .containsExactly(
            "llm-cluster: Maven is missing (expected: mvn on the PATH, to build the program once)");
    assertThat(ended.code()).isEqualTo(1);
    Files.delete(java.resolveSibling("javac"));
    assertThat(up(Map.of()).output())
        .containsExactly(
            "llm-cluster: "
                + folder.resolve(".jdks/new")
                + " has no compiler (expected: a JDK, not a JRE)");
  }

  /** Where all that the script calls is but Maven. */
  private Path toolsWithoutMaven() throws IOException {
    Path tools = Files.createDirectory(folder.resolve("tools"));
    for (String tool : List.of("cut", "date", "dirname", "find", "head", "mkdir", "sed", "tail")) {
      for (String place : List.of("/usr/bin", "/bin")) {
        if (Files.exists(Path.of(place, tool)) && !Files.exists(tools.resolve(tool))) {
          Files.createSymbolicLink(tools.resolve(tool), Path.of(place, tool));
        }
      }
    }
    return tools;
  }
}
