package io.llmcluster.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmcluster.testkit.Gateway;
import io.llmcluster.testkit.MemberProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The start script as it is, on a real JDK: its flags, its class archive, its signals. */
@SuppressWarnings("NullAway.Init") // JUnit fills the folder in
class InstalledProgramIT {

  @TempDir Path folder;
  private Path checkout;
  private Path dist;

  /** What was built is there, and nothing that could be built again. */
  @BeforeEach
  void checkout() throws IOException {
    checkout = Files.createDirectory(folder.resolve("a checkout"));
    Path root = Path.of(System.getProperty("llmcluster.root", ".."));
    Files.copy(root.resolve("llm-cluster"), checkout.resolve("llm-cluster"));
    for (String module :
        List.of("", "cluster-core", "node-actor", "patterns", "gateway-http", "app")) {
      Files.createDirectories(checkout.resolve(module).resolve("src/main"));
      Files.createFile(checkout.resolve(module).resolve("pom.xml"));
    }
    dist = Files.createDirectories(checkout.resolve("app/target/dist"));
    Path lib = root.resolve("app/target/dist/lib").toAbsolutePath().normalize();
    Files.createSymbolicLink(dist.resolve("lib"), lib);
    Files.createFile(dist.resolve("built"));
  }

  private MemberProcess up(String flag) {
    return MemberProcess.launchWith(
            checkout.resolve("llm-cluster"),
            flag,
            "up",
            "--set",
            "server.port=0",
            "--set",
            "node.port=0",
            "--set",
            "cluster.port=0",
            "--set",
            "embedded.modelUrl=\"http://127.0.0.1:9/m.gguf\"",
            "--set",
            "embedded.pipPackage=\"\"",
            "--set",
            "embedded.cacheDir=\"" + checkout.resolve("cache") + "\"")
        .awaitReady();
  }

  @Test
  void it_serves_without_a_warning_of_the_jvm_and_stops_when_it_is_told_to() throws Exception {
    startAndStop("");
    Path archive = dist.resolve("llm-cluster-" + Runtime.version().feature() + ".jsa");
    assertThat(archive).as("made before the first start").isNotEmptyFile();
    Path loaded = folder.resolve("loaded");
    startAndStop("-Xlog:class+load:file=" + loaded);
    assertThat(Files.readAllLines(loaded))
        .filteredOn(line -> line.contains(" io.llmcluster.app.member.Member source: "))
        .singleElement()
        .asString()
        .endsWith("shared objects file (top)");
  }

  private void startAndStop(String flag) throws InterruptedException {
    try (MemberProcess member = up(flag)) {
      Gateway gateway = member.gateway();
      String model = gateway.get("/api/tags").path("models").path(0).path("name").asText();
      assertThat(model).contains("demo");
      String body = "{\"model\":\"" + model + "\",\"prompt\":\"x\"}";
      assertThat(Gateway.text(gateway.lines("/api/generate", body))).isNotBlank();
      member.terminate(); // the script itself is gone: it has become the program
      assertThat(member.exitCode()).isIn(0, 143);
      assertThat(member.output().lines().filter(line -> line.matches("(?i).*\\bwarn(ing)?\\b.*")))
          .isEmpty();
    }
  }
}
