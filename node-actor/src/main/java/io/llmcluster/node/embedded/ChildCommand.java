package io.llmcluster.node.embedded;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.databind.ObjectMapper;
import de.kherud.llama.ModelParameters;
import io.llmcluster.core.model.ModelName;
import io.llmcluster.node.embedded.child.EmbeddedServer;
import java.io.File;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The command line of the child: a small JVM with only what it needs on its class path. */
record ChildCommand(Path model, String sha256, String name, EmbeddedSettings settings) {

  /**
   * The command.
   *
   * @param port 0 for a free one
   * @param folder an empty temp folder of its own; the native library is unpacked there
   */
  List<String> line(int port, Path folder) {
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.addAll(List.of("-Xms16m", "-Xmx96m", "-Xss512k", "-XX:+UseSerialGC"));
    line.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:-UsePerfData", "-Xshare:auto"));
    line.addAll(List.of("-XX:+ExitOnOutOfMemoryError", "-XX:-CreateCoredumpOnCrash"));
    line.add("-XX:ErrorFile=" + folder.resolve("hs_err.log"));
    if (Runtime.version().feature() >= 22) {
      line.add("--enable-native-access=ALL-UNNAMED");
    }
    line.addAll(List.of("-Djava.io.tmpdir=" + folder, "-Dllmcluster.ownTempFolder=true"));
    line.addAll(List.of("-cp", classPath(), EmbeddedServer.class.getName()));
    line.addAll(List.of(model.toAbsolutePath().toString(), sha256, name, String.valueOf(port)));
    line.add(String.valueOf(settings.context()));
    line.add(String.valueOf(settings.threads()));
    line.add(String.valueOf(settings.parallel()));
    return line;
  }

  /** One class of each jar; a literal of the binding's model class would load nothing native. */
  private static String classPath() {
    Set<String> entries = new LinkedHashSet<>();
    for (Class<?> one :
        List.of(
            EmbeddedServer.class,
            ModelName.class,
            ObjectMapper.class,
            JsonFactory.class,
            JsonProperty.class,
            ModelParameters.class)) {
      try {
        entries.add(
            Path.of(one.getProtectionDomain().getCodeSource().getLocation().toURI()).toString());
      } catch (URISyntaxException e) {
        throw new IllegalStateException("class path of " + one, e);
      }
    }
    return String.join(File.pathSeparator, entries);
  }
}
