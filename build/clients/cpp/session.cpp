// What a simulation in C++ does with MLflow's interface: HTTP over a socket,
// without any library. Its surroundings are the lines of `varve env`. Prints a line
// for each feature that was tried, as python/session.py does; the first failure
// ends it.
#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <sstream>
#include <stdexcept>
#include <string>

namespace {

std::string surroundings(const char* name) {
    const char* value = std::getenv(name);
    if (value == nullptr) throw std::runtime_error(std::string("no ") + name);
    return value;
}

struct Answer {
    int status = 0;
    std::string body;
};

// Door is the server of MLFLOW_TRACKING_URI, http://host:port.
class Door {
public:
    Door() : token_(surroundings("MLFLOW_TRACKING_PASSWORD")) {
        std::string rest = surroundings("MLFLOW_TRACKING_URI").substr(std::string("http://").size());
        auto colon = rest.rfind(':');
        host_ = rest.substr(0, colon);
        port_ = rest.substr(colon + 1);
    }

    Answer send(const std::string& method, const std::string& path, const std::string& body, const std::string& type) const {
        std::ostringstream request;
        request << method << " /api/2.0/" << path << " HTTP/1.1\r\nHost: " << host_ << ":" << port_
                << "\r\nAuthorization: Bearer " << token_ << "\r\nContent-Type: " << type
                << "\r\nContent-Length: " << body.size() << "\r\nConnection: close\r\n\r\n" << body;
        std::string text = exchange(request.str());
        Answer answer;
        if (std::sscanf(text.c_str(), "HTTP/1.1 %d", &answer.status) != 1) throw std::runtime_error("no HTTP: " + text);
        answer.body = text.substr(text.find("\r\n\r\n") + 4);
        return answer;
    }

    std::string post(const std::string& path, const std::string& body) const { return want(send("POST", path, body, "application/json")); }
    std::string get(const std::string& path) const { return want(send("GET", path, "", "application/json")); }

    static std::string want(const Answer& answer) {
        if (answer.status != 200) throw std::runtime_error(answer.body);
        return answer.body;
    }

private:
    std::string exchange(const std::string& request) const {
        addrinfo* where = nullptr;
        if (getaddrinfo(host_.c_str(), port_.c_str(), nullptr, &where) != 0) throw std::runtime_error("no address " + host_);
        int line = socket(where->ai_family, SOCK_STREAM, 0);
        bool open = connect(line, where->ai_addr, where->ai_addrlen) == 0;
        freeaddrinfo(where);
        if (!open) throw std::runtime_error("nobody answers");
        for (std::size_t sent = 0; sent < request.size();) {
            ssize_t n = ::send(line, request.data() + sent, request.size() - sent, 0);
            if (n <= 0) throw std::runtime_error("the connection broke");
            sent += static_cast<std::size_t>(n);
        }
        std::string text;
        char buffer[4096];
        for (ssize_t n; (n = recv(line, buffer, sizeof buffer, 0)) > 0;) text.append(buffer, static_cast<std::size_t>(n));
        close(line);
        return text;
    }

    std::string token_, host_, port_;
};

// field takes the first text of that name out of JSON.
std::string field(const std::string& json, const std::string& name) {
    std::string key = "\"" + name + "\":\"";
    auto at = json.find(key);
    if (at == std::string::npos) throw std::runtime_error("no " + name + " in " + json);
    at += key.size();
    return json.substr(at, json.find('"', at) - at);
}

void has(const std::string& text, const std::string& part) {
    if (text.find(part) == std::string::npos) throw std::runtime_error("no " + part + " in " + text);
}

long long now() {
    using namespace std::chrono;
    return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

void passed(const char* feature) { std::cout << "passed " << feature << std::endl; }

void session(const Door& door) {
    std::string experiment = field(door.post("mlflow/experiments/create", R"({"name":"c++ field"})"), "experiment_id");
    has(door.get("mlflow/experiments/get?experiment_id=" + experiment), "c++ field");
    Answer again = door.send("POST", "mlflow/experiments/create", R"({"name":"c++ field"})", "application/json");
    if (again.status != 400) throw std::runtime_error(again.body);
    has(again.body, "RESOURCE_ALREADY_EXISTS");
    passed("experiments");

    std::string run = field(door.post("mlflow/runs/create", R"({"experiment_id":")" + experiment + R"(","start_time":)" + std::to_string(now()) + "}"), "run_id");
    std::string mine = R"({"run_id":")" + run + R"(",)";
    door.post("mlflow/runs/log-parameter", mine + R"("key":"cells","value":"64"})");
    door.post("mlflow/runs/set-tag", mine + R"("key":"solver","value":"cg"})");

    std::ostringstream points;
    points << mine << "\"metrics\":[";
    for (int step = 0; step < 900; step++) {
        points << (step ? "," : "") << R"({"key":"residual","value":)" << std::exp(-0.01 * step) << R"(,"timestamp":)" << now() << R"(,"step":)" << step << "}";
    }
    points << R"(,{"key":"worst","value":"NaN","timestamp":1700000000000,"step":-1}]})";
    door.post("mlflow/runs/log-batch", points.str());
    has(door.get("mlflow/metrics/get-history?run_id=" + run + "&metric_key=residual&max_results=25000"), "\"step\":899");
    has(door.get("mlflow/runs/get?run_id=" + run), R"("value":"NaN")");
    passed("batches");

    door.post("mlflow/runs/update", mine + R"("status":"FINISHED","end_time":)" + std::to_string(now()) + "}");
    has(door.get("mlflow/runs/get?run_id=" + run), R"("status":"FINISHED")");
    passed("runs");

    has(door.post("mlflow/runs/search", R"({"experiment_ids":[")" + experiment + R"("],"filter":"metrics.residual < 0.1 AND params.cells = '64'"})"), run);
    passed("searches");

    std::string file = "mlflow-artifacts/artifacts/" + experiment + "/" + run + "/artifacts/field.bin";
    std::string bytes(1 << 20, '\0');
    for (std::size_t i = 0; i < bytes.size(); i++) bytes[i] = static_cast<char>(i * 31);
    Door::want(door.send("PUT", file, bytes, "application/octet-stream"));
    if (door.get(file) != bytes) throw std::runtime_error("the file came back otherwise");
    has(door.get("mlflow/artifacts/list?run_id=" + run), R"("file_size":1048576)");
    passed("artifacts");
}

}  // namespace

int main() {
    try {
        session(Door());
    } catch (const std::exception& e) {
        std::cerr << e.what() << std::endl;
        return 1;
    }
}
