@NullMarked
package io.llmcluster.patterns.workflow;

import org.jspecify.annotations.NullMarked;
