@NullMarked
package io.llmcluster.gateway;

import org.jspecify.annotations.NullMarked;
