// The empty echo on C++ gRPC, completion queues: the gateway's messages, generated code, no work; a thread and a queue a processor.
// Arguments: the port, a file with the answer's message.
#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "verifygateway/v1/verification_service.grpc.pb.h"

using verifygateway::v1::CheckStatusRequest;
using verifygateway::v1::CheckStatusResponse;
using Service = verifygateway::v1::VerificationService::WithAsyncMethod_CheckStatus<verifygateway::v1::VerificationService::Service>;

namespace {

// One call that waits for a caller, is answered, and makes room for the next.
class Call {
 public:
  Call(Service* service, grpc::ServerCompletionQueue* queue, const CheckStatusResponse* answer)
      : service_(service), queue_(queue), answer_(answer), writer_(&context_) {
    service_->RequestCheckStatus(&context_, &request_, &writer_, queue_, queue_, this);
  }

  void Proceed(bool ok) {
    if (answered_ || !ok) {
      delete this;
      return;
    }
    new Call(service_, queue_, answer_);
    answered_ = true;
    writer_.Finish(*answer_, grpc::Status::OK, this);
  }

 private:
  Service* const service_;
  grpc::ServerCompletionQueue* const queue_;
  const CheckStatusResponse* const answer_;
  grpc::ServerContext context_;
  CheckStatusRequest request_;
  grpc::ServerAsyncResponseWriter<CheckStatusResponse> writer_;
  bool answered_ = false;
};

}  // namespace

int main(int, char** arguments) {
  std::ifstream file(arguments[2], std::ios::binary);
  CheckStatusResponse answer;
  if (!answer.ParseFromString(std::string(std::istreambuf_iterator<char>(file), {}))) {
    std::cerr << "The answer is not a message." << std::endl;
    return 1;
  }

  Service service;
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort(std::string("127.0.0.1:") + arguments[1], grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(&service);
  std::vector<std::unique_ptr<grpc::ServerCompletionQueue>> queues;
  for (unsigned i = 0; i < std::max(1u, std::thread::hardware_concurrency()); i++) {
    queues.push_back(builder.AddCompletionQueue());
  }
  auto server = builder.BuildAndStart();
  if (!server || port == 0) {
    std::cerr << "The port cannot be opened." << std::endl;
    return 1;
  }

  std::vector<std::thread> threads;
  for (auto& queue : queues) {
    // As many waiting calls as the load has under way, so that none waits for another to make room.
    for (int i = 0; i < 256; i++) {
      new Call(&service, queue.get(), &answer);
    }
    threads.emplace_back([&queue] {
      void* tag;
      bool ok;
      while (queue->Next(&tag, &ok)) {
        static_cast<Call*>(tag)->Proceed(ok);
      }
    });
  }
  for (auto& thread : threads) {
    thread.join();
  }
}
