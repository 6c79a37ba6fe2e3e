package io.llmcluster.patterns.testkit;

import com.typesafe.config.ConfigFactory;
import io.llmcluster.patterns.model.Agent;
import io.llmcluster.patterns.model.AgentSettings;
import java.util.Map;

/** The agents of the defaults. */
public final class Agents {

  public static final Map<String, Agent> DEFAULT =
      AgentSettings.create(ConfigFactory.defaultReference());

  private Agents() {}
}
