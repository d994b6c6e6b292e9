import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.mlflow.api.proto.ModelRegistry.ModelVersion;
import org.mlflow.api.proto.Service.*;
import org.mlflow.tracking.*;
import org.mlflow.tracking.creds.BasicMlflowHostCreds;

/**
 * What Java programs do with MLflow, done with the client from Maven against the server that
 * MLFLOW_TRACKING_URI names. Prints a line for each feature that was tried, as
 * python/session.py does; the first failure ends the program.
 */
public class Session {
    /** The client knows the address from its surroundings; the token it must be told. */
    static final MlflowClient client = new MlflowClient(new BasicMlflowHostCreds(
            System.getenv("MLFLOW_TRACKING_URI"), System.getenv("MLFLOW_TRACKING_USERNAME"), System.getenv("MLFLOW_TRACKING_PASSWORD")));

    static void check(boolean so, Object found) {
        if (!so) {
            throw new AssertionError(found);
        }
    }

    interface Call {
        void run() throws Exception;
    }

    static void refused(String code, Call call) throws Exception {
        try {
            call.run();
        } catch (MlflowClientException e) {
            check(e.getMessage().contains(code), e.getMessage());
            return;
        }
        throw new AssertionError("not refused");
    }

    static void experiments() throws Exception {
        String id = client.createExperiment("java field");
        check(client.getExperimentByName("java field").get().getExperimentId().equals(id), id);
        check(client.getExperimentByName("nobody").isEmpty(), "found nobody");
        client.setExperimentTag(id, "team", "lake ü");
        check(client.getExperiment(id).getTags(0).getValue().equals("lake ü"), client.getExperiment(id));
        client.renameExperiment(id, "java renamed");
        client.deleteExperiment(id);
        check(client.getExperiment(id).getLifecycleStage().equals("deleted"), client.getExperiment(id));
        client.restoreExperiment(id);
        refused("RESOURCE_ALREADY_EXISTS", () -> client.createExperiment("java renamed"));
        ExperimentsPage first = client.searchExperiments("", ViewType.ACTIVE_ONLY, 1, List.of("name"));
        check(first.getItems().size() == 1 && first.hasNextPage(), first.getItems());
        check(first.getNextPage().getItems().iterator().next().getExperimentId().equals(id), first.getNextPage().getItems());
    }

    static void runs() throws Exception {
        MlflowContext context = new MlflowContext(client).setExperimentId(client.createExperiment("java runs"));
        ActiveRun run = context.startRun("outer");
        run.logParam("lr", "0.1");
        run.logParams(Map.of("depth", "3", "name", "ü \"quoted\""));
        run.logMetric("loss", 0.5, 1);
        run.logMetric("loss", 0.25, 2);
        run.logMetrics(Map.of("acc", 0.9), 7);
        run.setTags(Map.of("colour", "blue"));
        client.deleteTag(run.getId(), "colour");
        refused("INVALID_PARAMETER_VALUE", () -> client.logParam(run.getId(), "lr", "0.2"));
        run.endRun();
        Run found = client.getRun(run.getId());
        check(found.getInfo().getStatus() == RunStatus.FINISHED && found.getInfo().getEndTime() >= found.getInfo().getStartTime(), found);
        Map<String, String> params = found.getData().getParamsList().stream().collect(Collectors.toMap(Param::getKey, Param::getValue));
        check(params.equals(Map.of("lr", "0.1", "depth", "3", "name", "ü \"quoted\"")), params);
        List<Long> steps = client.getMetricHistory(run.getId(), "loss").stream().map(Metric::getStep).collect(Collectors.toList());
        check(steps.equals(List.of(1L, 2L)), steps);
        client.deleteRun(run.getId());
        check(client.getRun(run.getId()).getInfo().getLifecycleStage().equals("deleted"), run.getId());
        client.restoreRun(run.getId());
        refused("RESOURCE_DOES_NOT_EXIST", () -> client.getRun("0".repeat(32)));
    }

    static void nested() {
        MlflowContext context = new MlflowContext(client).setExperimentId(client.createExperiment("java nested"));
        ActiveRun outer = context.startRun("outer");
        ActiveRun inner = context.startRun("inner", outer.getId());
        inner.endRun(RunStatus.FAILED);
        outer.endRun();
        List<RunInfo> found = client.searchRuns(List.of(context.getExperimentId()), "tags.mlflow.parentRunId = '" + outer.getId() + "'");
        check(found.size() == 1 && found.get(0).getRunId().equals(inner.getId()) && found.get(0).getStatus() == RunStatus.FAILED, found);
    }

    static Metric metric(String key, double value, long step) {
        return Metric.newBuilder().setKey(key).setValue(value).setTimestamp(1_700_000_000_000L + step).setStep(step).build();
    }

    static void batches() {
        String run = client.createRun(client.createExperiment("java batches")).getRunId();
        List<Metric> points = IntStream.range(0, 900).mapToObj(i -> metric("m", i, i)).collect(Collectors.toCollection(ArrayList::new));
        points.add(metric("nan", Double.NaN, 0));
        points.add(metric("inf", Double.POSITIVE_INFINITY, -5));
        List<Param> params = IntStream.range(0, 90).mapToObj(i -> Param.newBuilder().setKey("p" + i).setValue("" + i).build()).collect(Collectors.toList());
        client.logBatch(run, points, params, List.of(RunTag.newBuilder().setKey("t").setValue("v").build()));
        client.setTerminated(run);
        Run found = client.getRun(run);
        Map<String, Double> latest = found.getData().getMetricsList().stream().collect(Collectors.toMap(Metric::getKey, Metric::getValue));
        check(latest.get("m") == 899 && latest.get("nan").isNaN() && latest.get("inf") == Double.MAX_VALUE, latest);
        check(found.getData().getParamsCount() == 90, found.getData().getParamsCount());
        check(client.getMetricHistory(run, "m").size() == 900, "history");
    }

    static void searches() throws Exception {
        String experiment = client.createExperiment("java searches");
        for (int i = 0; i < 9; i++) {
            String run = client.createRun(experiment).getRunId();
            client.logMetric(run, "rmse", 1.0 / (i + 1));
            client.logParam(run, "alpha", "" + i % 3);
        }
        List<String> found = new ArrayList<>();
        RunsPage page = client.searchRuns(List.of(experiment), "metrics.rmse <= 1", ViewType.ACTIVE_ONLY, 4, List.of("metrics.rmse ASC"));
        page.getItems().forEach(r -> found.add(r.getData().getParams(0).getValue()));
        while (page.hasNextPage()) {
            Page<Run> next = page.getNextPage();
            next.getItems().forEach(r -> found.add(r.getData().getParams(0).getValue()));
            page = (RunsPage) next;
        }
        check(found.equals(List.of("2", "1", "0", "2", "1", "0", "2", "1", "0")), found);
        check(client.searchRuns(List.of(experiment), "params.alpha = '1' AND metrics.rmse < 0.3").size() == 2, "filter");
        refused("INVALID_PARAMETER_VALUE", () -> client.searchRuns(List.of(experiment), "metrics.rmse <> 'x'"));
    }

    /** The client hands files on to MLflow's Python client. */
    static void artifacts(Path folder) throws Exception {
        RunInfo run = client.createRun(client.createExperiment("java artifacts"));
        Files.createDirectories(folder.resolve("tree/sub"));
        Files.writeString(folder.resolve("tree/one.txt"), "one");
        Files.writeString(folder.resolve("tree/sub/ü and space.txt"), "two");
        client.logArtifacts(run.getRunId(), folder.resolve("tree").toFile(), "kept");
        List<String> listed = client.listArtifacts(run.getRunId(), "kept").stream().map(FileInfo::getPath).collect(Collectors.toList());
        check(listed.equals(List.of("kept/one.txt", "kept/sub")), listed);
        File back = client.downloadArtifacts(run.getRunId(), "kept");
        check(Files.readString(back.toPath().resolve("sub/ü and space.txt")).equals("two"), back);
    }

    static void registry() throws Exception {
        RunInfo run = client.createRun(client.createExperiment("java registry"));
        client.sendPost("registered-models/create", "{\"name\":\"java lake\"}");
        for (String name : List.of("first", "second")) {
            client.sendPost("model-versions/create", "{\"name\":\"java lake\",\"source\":\"" + run.getArtifactUri() + "/" + name + "\",\"run_id\":\"" + run.getRunId() + "\"}");
        }
        check(client.getRegisteredModel("java lake").getName().equals("java lake"), "model");
        ModelVersion second = client.getModelVersion("java lake", "2");
        check(second.getRunId().equals(run.getRunId()), second);
        String where = client.getModelVersionDownloadUri("java lake", "2");
        check(where.equals(run.getArtifactUri() + "/second"), where);
        client.sendPost("model-versions/transition-stage", "{\"name\":\"java lake\",\"version\":\"1\",\"stage\":\"Production\",\"archive_existing_versions\":true}");
        List<ModelVersion> production = client.getLatestVersions("java lake", List.of("Production"));
        check(production.size() == 1 && production.get(0).getVersion().equals("1"), production);
        client.sendPatch("model-versions/update", "{\"name\":\"java lake\",\"version\":\"1\",\"description\":\"the first\"}");
        ModelVersionsPage page = client.searchModelVersions("name = 'java lake'", 1, List.of("version_number ASC"));
        check(page.getItems().get(0).getDescription().equals("the first") && page.hasNextPage(), page.getItems());
        check(page.getNextPage().getItems().iterator().next().getVersion().equals("2"), page.getItems());
        refused("RESOURCE_DOES_NOT_EXIST", () -> client.getRegisteredModel("nobody"));
    }

    static void passed(String feature) {
        System.out.println("passed " + feature);
    }

    public static void main(String[] args) throws Exception {
        experiments();
        passed("experiments");
        runs();
        passed("runs");
        nested();
        passed("nested");
        batches();
        passed("batches");
        searches();
        passed("searches");
        registry();
        passed("registry");
        artifacts(Path.of(args[0]));
        passed("artifacts");
        client.close();
    }
}
